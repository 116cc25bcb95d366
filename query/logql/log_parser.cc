#include "query/logql/log_parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/parser.h"
#include "query/logql/stages/stage_list.h"

namespace oc::query {

namespace {

constexpr std::string_view kNeedsMatcher =
    "queries require at least one regexp or equality matcher that does not have an empty-compatible value. For "
    "instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will";

Result<Matcher> parse_matcher(TokenCursor& cursor, std::string_view expecting) {
  OC_TRY_ASSIGN(auto name, cursor.expect(TokenKind::kIdentifier, expecting));
  Matcher matcher{.name = name.text, .value = {}};
  if (cursor.take_if("=")) {
    matcher.type = Matcher::Type::kEqual;
  } else if (cursor.take_if("=~")) {
    matcher.type = Matcher::Type::kRegex;
  } else if (cursor.take_if("!~")) {
    matcher.type = Matcher::Type::kNotRegex;
  } else if (cursor.take_if("!=")) {
    matcher.type = Matcher::Type::kNotEqual;
  } else {
    return cursor.unexpected("= or =~ or !~ or !=");
  }
  OC_TRY_ASSIGN(auto value, cursor.expect(TokenKind::kString, "STRING"));
  matcher.value = std::move(value.text);
  return matcher;
}

// Without such a matcher a typing error would read everything.
Status check_matchers(const std::vector<Matcher>& matchers) {
  bool selective = false;
  for (const auto& matcher : matchers) {
    const auto compiled = CompiledMatchers::compile(std::span(&matcher, 1));
    if (!compiled) return parse_error(compiled.error().message);
    selective = selective || !compiled->matches({});
  }
  if (!selective) return parse_error(kNeedsMatcher);
  return {};
}

}  // namespace

Result<std::vector<Matcher>> parse_selector(TokenCursor& cursor) {
  OC_TRY(cursor.expect("{"));
  std::vector<Matcher> matchers;
  if (!cursor.peek().is("}")) {
    std::string_view expecting = "IDENTIFIER or }";
    do {
      OC_TRY_ASSIGN(auto matcher, parse_matcher(cursor, expecting));
      matchers.push_back(std::move(matcher));
      expecting = "IDENTIFIER";
    } while (cursor.take_if(","));
  }
  OC_TRY(cursor.expect("}", "} or ,"));
  OC_TRY(check_matchers(matchers));
  return matchers;
}

bool stage_follows(const TokenCursor& cursor) {
  return cursor.peek().is("|") || is_line_filter_operator(cursor.peek());
}

Status parse_stages(TokenCursor& cursor, StageList& stages) {
  while (stage_follows(cursor)) {
    OC_TRY_ASSIGN(auto stage, parse_stage(cursor));
    if (auto compiled = stage->compile(); !compiled) {
      return parse_error(fmt::format("stage '{}' : {}", stage->text(), compiled.error().message));
    }
    stages.push_back(std::move(stage));
  }
  return {};
}

std::string to_text(const std::vector<Matcher>& matchers) {
  std::string text = "{";
  for (const auto& matcher : matchers) {
    constexpr std::string_view kOperators[] = {"=", "!=", "=~", "!~"};
    if (text.size() > 1) text += ", ";
    text += matcher.name;
    text += kOperators[static_cast<std::size_t>(matcher.type)];
    text += go_quote(matcher.value);
  }
  return text + "}";
}

}  // namespace oc::query
