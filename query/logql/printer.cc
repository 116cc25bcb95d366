#include "query/logql/printer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "query/logql/go_text.h"

namespace oc::query {

namespace {

std::string grouping_text(const Grouping& grouping) {
  return fmt::format(" {} ({})", grouping.without ? "without" : "by", fmt::join(grouping.labels, ","));
}

class Text {
 public:
  std::string operator()(const LogExpr& expr) const { return to_text(expr); }
  std::string operator()(const RangeAggregationExpr& expr) const {
    auto text = std::string(name_of(expr.function)) + "(";
    if (expr.parameter) text += go_format_float(*expr.parameter) + ",";
    text += to_text(expr.log);
    if (expr.unwrap) {
      text += " " + to_text(*expr.unwrap);
      for (const auto& filter : expr.unwrap->filters) text += " " + filter->text();
    }
    text += fmt::format("[{}]", format_prometheus_duration(expr.range_ns));
    if (expr.offset_ns != 0) text += " offset " + go_format_duration(expr.offset_ns);
    text += ")";
    return expr.grouping ? text + grouping_text(*expr.grouping) : text;
  }
  std::string operator()(const VectorAggregationExpr& expr) const {
    auto text = std::string(name_of(expr.function));
    if (!expr.grouping.is_everything()) text += grouping_text(expr.grouping);
    text += "(";
    if (takes_parameter(expr.function)) text += fmt::format("{},", expr.parameter);
    return text + to_text(*expr.inner) + ")";
  }
  std::string operator()(const BinaryExpr& expr) const {
    return fmt::format("({} {} {})", to_text(*expr.left), to_text(expr, ","), to_text(*expr.right));
  }
  std::string operator()(const LabelReplaceExpr& expr) const {
    return fmt::format("label_replace({},{},{},{},{})", to_text(*expr.inner), go_quote(expr.destination),
                       go_quote(expr.replacement), go_quote(expr.source), go_quote(expr.regex));
  }
  // "-0" would be read as a duration; 0 added to it makes it 0.
  std::string operator()(const LiteralExpr& expr) const { return go_format_general(expr.value + 0.0); }
  std::string operator()(const VectorLiteralExpr& expr) const { return fmt::format("vector({:f})", expr.value); }
};

}  // namespace

std::string to_text(const Matcher& matcher) {
  constexpr std::string_view kOperators[] = {"=", "!=", "=~", "!~"};
  return fmt::format("{}{}{}", matcher.name, kOperators[static_cast<std::size_t>(matcher.type)],
                     go_quote(matcher.value));
}

std::string to_text(const std::vector<Matcher>& matchers) {
  std::string text = "{";
  for (const auto& matcher : matchers) {
    if (text.size() > 1) text += ", ";
    text += to_text(matcher);
  }
  return text + "}";
}

std::string to_text(const LogExpr& log) {
  auto text = to_text(log.matchers);
  for (const auto& stage : log.stages) text += " " + stage->text();
  return text;
}

std::string to_text(const UnwrapExpr& unwrap) {
  const auto name = name_of(unwrap.conversion);
  return name.empty() ? "| unwrap " + unwrap.label : fmt::format("| unwrap {}({})", name, unwrap.label);
}

std::string to_text(const BinaryExpr& expr, std::string_view list_comma) {
  std::string text(name_of(expr.op));
  if (expr.returns_bool) text += " bool";
  const auto& matching = expr.matching;
  const bool one_to_one = matching.cardinality == VectorMatching::Cardinality::kOneToOne;
  if (matching.labels.empty() && !matching.on && one_to_one) return text;  // `ignoring ()` says nothing
  std::string group;
  if (!one_to_one) {
    group = matching.cardinality == VectorMatching::Cardinality::kManyToOne ? "group_left" : "group_right";
  }
  // Behind group_left a parenthesis would be read as the list.
  const bool needs_list = !one_to_one && std::holds_alternative<BinaryExpr>(expr.right->node);
  if (needs_list || !matching.include.empty()) {
    group += fmt::format(" ({})", fmt::join(matching.include, list_comma));
  }
  return fmt::format("{} {} ({}) {}", text, matching.on ? "on" : "ignoring", fmt::join(matching.labels, list_comma),
                     group);
}

std::string to_text(const Expr& expr) { return std::visit(Text(), expr.node); }

}  // namespace oc::query
