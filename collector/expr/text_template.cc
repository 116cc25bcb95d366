#include "collector/expr/text_template.h"

#include <optional>

#include <fmt/format.h>

namespace oc::collector {

namespace {

constexpr std::string_view kBegin = "EXPR(";

// Where the parenthesis ends that is open before `at`; quoted ones do not count.
std::size_t closing(std::string_view text, std::size_t at) {
  char quote = '\0';
  for (int open = 1; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != '\0') {
      if (c == '\\' && quote != '`') ++at;
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else if (c == '(') {
      ++open;
    } else if (c == ')' && --open == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Result<TextTemplate> TextTemplate::compile(std::string_view text) {
  TextTemplate made;
  while (!text.empty()) {
    const auto begin = text.find(kBegin);
    Part part{std::string(text.substr(0, begin)), {}};
    if (begin != text.npos) {
      const auto from = begin + kBegin.size();
      const auto end = closing(text, from);
      if (end == text.npos) return permanent(fmt::format("the parenthesis of 'EXPR(' is not closed in '{}'", text));
      OC_TRY_ASSIGN(part.expression, Expression::compile(text.substr(from, end - from)));
      text.remove_prefix(end + 1);
    } else {
      text = {};
    }
    made.parts_.push_back(std::move(part));
  }
  return made;
}

Result<std::string_view> TextTemplate::render(const LogRecord& record, Arena& arena) const {
  std::string whole;
  for (const auto& part : parts_) {
    whole += part.text;
    if (!part.expression) continue;
    OC_TRY_ASSIGN(const Value value, part.expression->evaluate(record, arena));
    if (!value.is_string()) return permanent(fmt::format("'EXPR({})' is not a text", part.expression->text()));
    whole += value.text();
  }
  return arena.copy(whole);
}

}  // namespace oc::collector
