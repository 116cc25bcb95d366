#include "collector/expr/template.h"

namespace oc::collector {

namespace {

constexpr std::string_view kOpen = "EXPR(";

}  // namespace

// As in the official collector an expression ends at the last bracket before the next one begins; what has none is
// text.
Result<ExpressionTemplate> ExpressionTemplate::compile(std::string_view text) {
  ExpressionTemplate made;
  std::string* literal = &made.begin_;
  while (true) {
    const auto open = text.find(kOpen);
    const auto next = open == text.npos ? open : text.find(kOpen, open + kOpen.size());
    const auto close = open == text.npos ? open : text.substr(0, next).rfind(')');
    if (open == text.npos || close == text.npos || close < open) break;
    *literal = text.substr(0, open);
    const auto begin = open + kOpen.size();
    OC_TRY_ASSIGN(auto expression, Expression::compile(text.substr(begin, close - begin)));
    made.parts_.push_back({std::move(expression), {}});
    literal = &made.parts_.back().behind;
    text.remove_prefix(close + 1);
  }
  *literal = text;
  return made;
}

Result<std::string_view> ExpressionTemplate::text_for(const LogRecord& record, Arena& arena) const {
  if (parts_.empty()) return std::string_view(begin_);
  std::string text = begin_;
  for (const auto& part : parts_) {
    OC_TRY_ASSIGN(const Value value, part.expression.evaluate(record, arena));
    if (!value.is_string()) return permanent("the expression '" + part.expression.text() + "' gives no text");
    text += value.text();
    text += part.behind;
  }
  return arena.copy(text);
}

}  // namespace oc::collector
