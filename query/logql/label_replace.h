// label_replace(v, "dst", "replacement", "src", "regex"): sets a label from another's text.
#pragma once

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/series.h"

namespace oc::query {

Status check_label_replace(const LabelReplaceExpr& expr);
Result<SeriesSet> apply_label_replace(const LabelReplaceExpr& expr, SeriesSet set);

}  // namespace oc::query
