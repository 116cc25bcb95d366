// + - * / % ^ and comparisons.
#pragma once

#include <optional>

#include "query/logql/ast.h"

namespace oc::query {

bool is_comparison(BinaryOperator op);

// Division and remainder by zero are NaN, as Loki has them. Comparisons give 1 or 0.
double apply_to_scalars(BinaryOperator op, double left, double right);

}  // namespace oc::query
