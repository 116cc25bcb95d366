// Evaluates metric expressions: one function a kind of expression, each in its own file.
#pragma once

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/query_context.h"
#include "query/logql/series.h"

namespace oc::query {

// Errors: a stage of one of its pipelines is wrong.
Status check_stages(const Expr& expr);

Result<MetricValue> evaluate(QueryContext& context, const Expr& expr, const Steps& steps);

// `outer`: the grouping of a sum around it, by which the samples may be taken together while they are read; null: none.
Result<SeriesSet> evaluate_range_aggregation(QueryContext& context, const RangeAggregationExpr& expr,
                                             const Steps& steps, const Grouping* outer);
Result<SeriesSet> evaluate_vector_aggregation(QueryContext& context, const VectorAggregationExpr& expr,
                                              const Steps& steps);
Result<MetricValue> evaluate_binary_operation(QueryContext& context, const BinaryExpr& expr, const Steps& steps);

}  // namespace oc::query
