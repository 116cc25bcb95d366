#include "query/logql/log_parser.h"

#include <algorithm>

#include "query/logql/stages/stage_list.h"

namespace oc::query {

Result<Matcher> parse_matcher(TokenCursor& cursor, std::string_view expecting) {
  OC_TRY(cursor.count_expression());
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
  const bool is_regex = matcher.type == Matcher::Type::kRegex || matcher.type == Matcher::Type::kNotRegex;
  if (is_regex) OC_TRY(cursor.count_regex());
  OC_TRY_ASSIGN(auto value, cursor.expect(TokenKind::kString, "STRING"));
  matcher.value = std::move(value.text);
  return matcher;
}

namespace {

// Whether it asks for a label. A bad expression is an error at once, whatever follows.
Result<bool> is_selective(const Matcher& matcher) {
  const auto compiled = CompiledMatchers::compile(std::span(&matcher, 1));
  if (!compiled) return parse_error(compiled.error().message);
  return !compiled->matches({});
}

}  // namespace

Result<std::vector<Matcher>> parse_selector(TokenCursor& cursor) {
  OC_TRY(cursor.expect("{"));
  std::vector<Matcher> matchers;
  bool selective = false;
  if (!cursor.peek().is("}")) {
    std::string_view expecting = "IDENTIFIER or }";
    do {
      OC_TRY_ASSIGN(auto matcher, parse_matcher(cursor, expecting));
      OC_TRY_ASSIGN(const bool asks, is_selective(matcher));
      selective = selective || asks;
      matchers.push_back(std::move(matcher));
      expecting = "IDENTIFIER";
    } while (cursor.take_if(","));
  }
  OC_TRY(cursor.expect("}", "} or ,"));
  if (!selective) cursor.note(parse_error(kNeedsMatcher).error());
  return matchers;
}

bool stage_follows(const TokenCursor& cursor) {
  return cursor.peek().is("|") || is_line_filter_operator(cursor.peek());
}

bool unwrap_follows(const TokenCursor& cursor) { return cursor.peek().is("|") && cursor.peek(1).is("unwrap"); }

Status parse_stages(TokenCursor& cursor, StageList& stages) {
  while (stage_follows(cursor)) {
    OC_TRY_ASSIGN(auto stage, parse_stage(cursor));
    stages.push_back(std::move(stage));
  }
  return {};
}

Status parse_range_stages(TokenCursor& cursor, StageList& stages) {
  while (stage_follows(cursor) && !unwrap_follows(cursor)) {
    OC_TRY_ASSIGN(auto stage, parse_stage(cursor));
    stages.push_back(std::move(stage));
  }
  return {};
}

}  // namespace oc::query
