// + - * / % ^ and comparisons of two numbers.
#pragma once

#include <optional>

#include "query/logql/ast.h"

namespace oc::query {

// Division and remainder by zero are NaN, as Loki has them. Comparisons give 1 or 0.
double apply_to_scalars(BinaryOperator op, double left, double right);

// The point of a result, if there is one: a comparison without `bool` lets `kept` through or drops it.
std::optional<double> result_point(const BinaryExpr& expr, double left, double right, double kept);

}  // namespace oc::query
