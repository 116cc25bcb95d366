// Loki's HTTP API over a log store: queries, labels, series, tail, what Logs Drilldown asks for.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/http/server.h"
#include "base/metrics.h"
#include "query/logql/log_reader.h"
#include "stores/http/long_queries.h"

namespace oc::stores {

struct LokiApiOptions {
  const Clock* clock = &system_clock();  // what "now" is where a request leaves out its times
  std::string version = "3.6.0";         // of Loki's API, as clients look for it in buildinfo
  MetricRegistry* metrics = nullptr;     // counts queries and dropped tail entries; null: not published
  LongQueries::Options long_queries = {};
};

// `reader` must outlive the server that serves the router.
void add_loki_routes(http::Router& router, query::LogReader& reader, const LokiApiOptions& options);

}  // namespace oc::stores
