// The metric half of the grammar: aggregations, literals and binary operators.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

Result<ExprPtr> parse_expression(TokenCursor& cursor);

// The cursor stands behind the function's name.
Result<ExprPtr> parse_range_aggregation(TokenCursor& cursor, RangeFunction function);
Result<ExprPtr> parse_vector_aggregation(TokenCursor& cursor, VectorFunction function);

Result<std::vector<std::string>> parse_label_list(TokenCursor& cursor);  // (a, b)

}  // namespace oc::query
