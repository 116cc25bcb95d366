// topk, bottomk, approx_topk (exact here), sort and sort_desc.
#pragma once

#include "query/logql/ast.h"
#include "query/logql/series.h"

namespace oc::query {

// Of each group and step the k series with the highest (for bottomk the lowest) values. NaN comes last.
SeriesSet ranked(const VectorAggregationExpr& expr, const Grouping& sorted_grouping, const SeriesSet& inner,
                 const Steps& steps);

// The order of a single step; over several there is none.
void sort_by_value(SeriesSet& set, bool descending, const Steps& steps);

}  // namespace oc::query
