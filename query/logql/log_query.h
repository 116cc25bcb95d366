// The first entries of a log query in its direction.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "query/logql/ast.h"
#include "query/logql/query_context.h"

namespace oc::query {

// A line's labels by where they come from; the sets do not overlap.
struct CategorizedLabels {
  Labels stream;
  Labels metadata;
  Labels parsed;
  auto operator<=>(const CategorizedLabels&) const = default;
  Labels all() const;
};

struct LogEntry {
  Nanos time_ns = 0;
  std::uint64_t arrival = 0;
  std::uint64_t stream_id = 0;
  std::string line;
  CategorizedLabels labels;
  std::size_t bytes() const;  // about what it takes
};

struct LogQuery {
  Nanos start_ns = 0;  // inclusive
  Nanos end_ns = 0;    // exclusive
  Direction direction = Direction::kBackward;
  std::size_t limit = kDefaultLimit;
  Nanos interval_ns = 0;  // > 0: entries are at least so far apart, within an hour of the day
};

// In the query's direction; entries of one time in order of arrival.
Result<std::vector<LogEntry>> run_log_query(QueryContext& context, const LogExpr& log, const LogQuery& query);

CategorizedLabels categorized(LineLabels& labels);

}  // namespace oc::query
