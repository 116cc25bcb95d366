// The metric half of the grammar: aggregations, literals and binary operators.
#pragma once

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

Result<ExprPtr> parse_expression(TokenCursor& cursor);

// The range aggregation whose name is `function`; the cursor stands behind the name.
Result<ExprPtr> parse_range_aggregation(TokenCursor& cursor, const Token& function);
// Likewise for a vector aggregation.
Result<ExprPtr> parse_vector_aggregation(TokenCursor& cursor, const Token& function);

bool is_range_function(std::string_view name);
bool is_vector_function(std::string_view name);

}  // namespace oc::query
