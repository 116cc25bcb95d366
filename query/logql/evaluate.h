// Evaluates metric expressions: one function a kind of expression, each in its own file.
#pragma once

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/query_context.h"
#include "query/logql/series.h"

namespace oc::query {

Result<MetricValue> evaluate(QueryContext& context, const Expr& expr, const Steps& steps);

// `grouping`: the series are summed by it while they are read, which is much less than all of them; null: each label
// set is a series.
Result<SeriesSet> evaluate_range_aggregation(QueryContext& context, const RangeAggregationExpr& expr,
                                             const Steps& steps, const Grouping* grouping);
Result<SeriesSet> evaluate_vector_aggregation(QueryContext& context, const VectorAggregationExpr& expr,
                                              const Steps& steps);
Result<MetricValue> evaluate_binary_operation(QueryContext& context, const BinaryExpr& expr, const Steps& steps);

}  // namespace oc::query
