#include "query/logql/binary_operation.h"

#include <cmath>
#include <limits>
#include <unordered_map>

#include "query/logql/evaluate.h"

namespace oc::query {

namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

// The point of a result, if there is one: a comparison without `bool` lets `kept` through or drops it.
std::optional<double> point(const BinaryExpr& expr, double left, double right, double kept) {
  const double value = apply_to_scalars(expr.op, left, right);
  if (!is_comparison(expr.op) || expr.returns_bool) return value;
  return value != 0 ? std::optional(kept) : std::nullopt;
}

bool has_points(const Series& series) {
  for (const auto present : series.present) {
    if (present != 0) return true;
  }
  return false;
}

void add_if_any(SeriesSet& result, Series series) {
  if (has_points(series)) result.push_back(std::move(series));
}

SeriesSet with_scalar(const BinaryExpr& expr, const SeriesSet& set, double scalar, bool scalar_is_left) {
  SeriesSet result;
  for (const auto& series : set) {
    Series combined(series.labels, series.values.size());
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (series.present[i] == 0) continue;
      const double value = series.values[i];
      const auto outcome = scalar_is_left ? point(expr, scalar, value, value) : point(expr, value, scalar, value);
      if (outcome) combined.set(i, *outcome);
    }
    add_if_any(result, std::move(combined));
  }
  return result;
}

// One to one: series with equal labels meet.
SeriesSet matched(const BinaryExpr& expr, const SeriesSet& left, const SeriesSet& right) {
  LabelSetIndex right_labels;
  for (const auto& series : right) right_labels.find_or_add(series.labels, nullptr);
  SeriesSet result;
  for (const auto& series : left) {
    const auto at = right_labels.find_or_add(series.labels, nullptr);
    if (at >= right.size()) continue;
    const auto& other = right[at];
    Series combined(series.labels, series.values.size());
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (series.present[i] == 0 || other.present[i] == 0) continue;
      if (const auto outcome = point(expr, series.values[i], other.values[i], series.values[i])) {
        combined.set(i, *outcome);
      }
    }
    add_if_any(result, std::move(combined));
  }
  return result;
}

}  // namespace

bool is_comparison(BinaryOperator op) { return op >= BinaryOperator::kEqual; }

double apply_to_scalars(BinaryOperator op, double left, double right) {
  switch (op) {
    case BinaryOperator::kAdd:
      return left + right;
    case BinaryOperator::kSubtract:
      return left - right;
    case BinaryOperator::kMultiply:
      return left * right;
    case BinaryOperator::kDivide:
      return right == 0 ? kNotANumber : left / right;
    case BinaryOperator::kModulo:
      return right == 0 ? kNotANumber : std::fmod(left, right);
    case BinaryOperator::kPower:
      return std::pow(left, right);
    case BinaryOperator::kEqual:
      return left == right ? 1 : 0;
    case BinaryOperator::kNotEqual:
      return left != right ? 1 : 0;
    case BinaryOperator::kGreater:
      return left > right ? 1 : 0;
    case BinaryOperator::kGreaterOrEqual:
      return left >= right ? 1 : 0;
    case BinaryOperator::kLess:
      return left < right ? 1 : 0;
    case BinaryOperator::kLessOrEqual:
      return left <= right ? 1 : 0;
  }
  return kNotANumber;
}

Result<MetricValue> evaluate_binary_operation(QueryContext& context, const BinaryExpr& expr, const Steps& steps) {
  OC_TRY_ASSIGN(const auto left, evaluate(context, *expr.left, steps));
  OC_TRY_ASSIGN(const auto right, evaluate(context, *expr.right, steps));
  const auto* left_scalar = std::get_if<double>(&left);
  const auto* right_scalar = std::get_if<double>(&right);
  if (left_scalar != nullptr && right_scalar != nullptr) {
    return apply_to_scalars(expr.op, *left_scalar, *right_scalar);
  }
  if (left_scalar != nullptr) return with_scalar(expr, std::get<SeriesSet>(right), *left_scalar, true);
  if (right_scalar != nullptr) return with_scalar(expr, std::get<SeriesSet>(left), *right_scalar, false);
  return matched(expr, std::get<SeriesSet>(left), std::get<SeriesSet>(right));
}

}  // namespace oc::query
