#include "query/logql/binary_operation.h"

#include <cmath>
#include <limits>

#include "query/logql/evaluate.h"
#include "query/logql/vector_matching.h"

namespace oc::query {

namespace {

SeriesSet with_scalar(const BinaryExpr& expr, const SeriesSet& set, double scalar, bool scalar_is_left) {
  SeriesSet result;
  for (const auto& series : set) {
    Series combined(series.labels, series.values.size());
    bool any = false;
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (series.present[i] == 0) continue;
      const double value = series.values[i];
      const auto outcome =
          scalar_is_left ? result_point(expr, scalar, value, value) : result_point(expr, value, scalar, value);
      if (outcome) combined.set(i, *outcome);
      any = any || outcome;
    }
    if (any) result.push_back(std::move(combined));
  }
  return result;
}

}  // namespace

double apply_to_scalars(BinaryOperator op, double left, double right) {
  constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
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
    default:  // sets have no numbers
      return kNotANumber;
  }
}

std::optional<double> result_point(const BinaryExpr& expr, double left, double right, double kept) {
  const double value = apply_to_scalars(expr.op, left, right);
  if (!is_comparison(expr.op) || expr.returns_bool) return value;
  return value != 0 ? std::optional(kept) : std::nullopt;
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
  return combine_series(expr, std::get<SeriesSet>(left), std::get<SeriesSet>(right), steps);
}

}  // namespace oc::query
