// Binary operators between two sets of series: which series meet (on, ignoring, group_left, group_right), and the set
// operators and, or, unless. As in Prometheus each step is matched for itself.
#pragma once

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/series.h"

namespace oc::query {

Result<SeriesSet> combine_series(const BinaryExpr& expr, const SeriesSet& left, const SeriesSet& right,
                                 const Steps& steps);

}  // namespace oc::query
