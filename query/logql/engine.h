// Runs LogQL queries: text in, entries or samples out, within the limits of limits.h. Thread-safe.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "query/logql/log_query.h"
#include "query/logql/query_context.h"
#include "query/logql/series.h"

namespace oc::query {

struct RangeQuery {
  std::string query;
  Nanos start_ns = 0;
  Nanos end_ns = 0;
  Nanos step_ns = 0;
  // Steps are multiples of the step, the first at or before the start, the last at or behind the end, as Loki's front
  // end has them; else they count from the start.
  bool aligned = true;
  Nanos interval_ns = 0;
  std::size_t limit = kDefaultLimit;
  Direction direction = Direction::kBackward;
  Interruption interruption;
};

struct InstantQuery {
  std::string query;
  Nanos time_ns = 0;
  Interruption interruption;
};

struct LogEntries {
  std::vector<LogEntry> entries;
};
struct Samples {
  Steps steps;
  MetricValue value;  // series sorted by labels, without empty ones
};

struct QueryResult {
  std::variant<LogEntries, Samples> data;
  QueryStats stats;
};

// Errors: what a client can mend is permanent and worded as Loki words it; an interrupted query is retryable.
Result<QueryResult> run_range_query(const LogReader& reader, const RangeQuery& query);
Result<QueryResult> run_instant_query(const LogReader& reader, const InstantQuery& query);
// An error where they are further apart than a query may look.
Status check_length(Nanos start_ns, Nanos end_ns);

}  // namespace oc::query
