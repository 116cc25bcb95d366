// to_pretty_text of printer.h.
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "query/logql/go_text.h"
#include "query/logql/printer.h"

namespace oc::query {

namespace {

constexpr std::size_t kMaxLineBytes = 100;  // Loki's: longer expressions are broken over lines

std::string pretty(const Expr& expr, int level);

std::string pretty(const Grouping& grouping) {
  if (grouping.is_everything()) return {};
  return fmt::format(" {} ({})", grouping.without ? "without" : "by", fmt::join(grouping.labels, ", "));
}

std::string pretty(const LogExpr& log, int level) {
  auto text = to_text(log);
  if (log.stages.empty() || text.size() <= kMaxLineBytes) return indentation(level) + text;
  text = indentation(level) + to_text(log.matchers);
  for (const auto& stage : log.stages) text += "\n" + stage->pretty_text(level + 1);
  return text;
}

std::string pretty(const UnwrapExpr& unwrap, int level) {
  auto text = indentation(level) + to_text(unwrap);
  for (const auto& filter : unwrap.filters) text += "\n" + indentation(level) + filter->text();
  return text;
}

// `function(`, the arguments on a line each, and `)`.
std::string call(std::string opening, const std::vector<std::string>& arguments, int level) {
  return fmt::format("{}(\n{}\n{})", std::move(opening), fmt::join(arguments, ",\n"), indentation(level));
}

class Broken {  // over several lines
 public:
  explicit Broken(int level) : level_(level) {}

  std::string operator()(const LogExpr& expr) const { return pretty(expr, level_); }
  std::string operator()(const RangeAggregationExpr& expr) const {
    std::vector<std::string> arguments;
    if (expr.parameter) arguments.push_back(indentation(level_ + 1) + go_format_general(*expr.parameter));
    auto range = pretty(expr.log, level_ + 1);
    if (expr.unwrap) range += "\n" + pretty(*expr.unwrap, level_ + 2);
    range += fmt::format(" [{}]", format_prometheus_duration(expr.range_ns));
    if (expr.offset_ns != 0) range += " offset " + offset_text(expr.offset_ns);
    arguments.push_back(std::move(range));
    auto text = call(indentation(level_) + std::string(name_of(expr.function)), arguments, level_);
    return expr.grouping ? text + range_grouping(*expr.grouping) : text;
  }
  std::string operator()(const VectorAggregationExpr& expr) const {
    std::vector<std::string> arguments;
    if (takes_parameter(expr.function)) arguments.push_back(indentation(level_ + 1) + std::to_string(expr.parameter));
    arguments.push_back(pretty(*expr.inner, level_ + 1));
    return call(indentation(level_) + std::string(name_of(expr.function)) + pretty(expr.grouping), arguments, level_);
  }
  std::string operator()(const BinaryExpr& expr) const {
    return fmt::format("{}\n{}{}\n{}", operand(expr, *expr.left), indentation(level_), to_text(expr, ", "),
                       operand(expr, *expr.right));
  }
  std::string operator()(const LabelReplaceExpr& expr) const {
    std::vector<std::string> arguments = {pretty(*expr.inner, level_ + 1)};
    for (const auto* text : {&expr.destination, &expr.replacement, &expr.source, &expr.regex}) {
      arguments.push_back(indentation(level_ + 1) + go_quote(*text));
    }
    return call(indentation(level_) + "label_replace", arguments, level_);
  }
  template <typename Literal>
  std::string operator()(const Literal& expr) const {
    return indentation(level_) + to_text(Expr{expr});
  }

 private:
  // In parentheses where it would be read as another expression without them.
  std::string operand(const BinaryExpr& parent, const Expr& side) const {
    if (to_text(side).size() <= kMaxLineBytes || binds(parent, side)) return pretty(side, level_ + 1);
    const auto indent = indentation(level_ + 1);
    return fmt::format("{}(\n{}\n{})", indent, pretty(side, level_ + 2), indent);
  }
  static bool binds(const BinaryExpr& parent, const Expr& side) {
    const auto* inner = std::get_if<BinaryExpr>(&side.node);
    if (inner == nullptr) return true;
    const bool associates = (&side == parent.left.get()) != (parent.op == BinaryOperator::kPower);
    return precedence_of(inner->op) + (associates ? 1 : 0) > precedence_of(parent.op);
  }

  // Whole milliseconds are all that the short form can say.
  static std::string offset_text(Nanos offset_ns) {
    constexpr Nanos kMillisecond = 1'000'000;
    if (offset_ns % kMillisecond != 0) return go_format_duration(offset_ns);
    return (offset_ns < 0 ? "-" : "") + format_prometheus_duration(std::abs(offset_ns));
  }
  static std::string range_grouping(const Grouping& grouping) {
    return grouping.is_everything() ? " by ()" : pretty(grouping);
  }

  int level_;
};

std::string pretty(const Expr& expr, int level) {
  if (auto text = to_text(expr); text.size() <= kMaxLineBytes) return indentation(level) + text;
  return std::visit(Broken(level), expr.node);
}

}  // namespace

std::string to_pretty_text(const Expr& expr) { return pretty(expr, 0); }

}  // namespace oc::query
