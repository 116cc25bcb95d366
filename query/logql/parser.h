// LogQL text to syntax tree. Error messages read as Loki's, with its positions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/logql/ast.h"

namespace oc::query {

Result<ExprPtr> parse_query(std::string_view query);

// A log selector with its pipeline, for tailing.
Result<LogExpr> parse_log_query(std::string_view query);

// Matchers alone, for the label APIs. At least one must not match the absent label.
Result<std::vector<Matcher>> parse_matchers(std::string_view selector);

// `{app="api", env=~"p.*"}`
std::string to_text(const std::vector<Matcher>& matchers);

}  // namespace oc::query
