// LogQL text to syntax tree. Error messages read as Loki's, with its positions. What a stage's own text holds (regular
// expressions, templates, paths) is checked when the query is made ready to run: see pipeline.h.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/logql/ast.h"

namespace oc::query {

Result<ExprPtr> parse_query(std::string_view query);

// A log selector with its pipeline, for tailing.
Result<LogExpr> parse_log_query(std::string_view query);

// Whether at least one matcher must not match the absent label.
enum class Selectivity { kRequired, kAny };

// Matchers alone, for the label APIs.
Result<std::vector<Matcher>> parse_matchers(std::string_view selector, Selectivity = Selectivity::kRequired);

}  // namespace oc::query
