// The routes that answer with data: queries, labels, series, and what Grafana explores a store with.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/http/server.h"
#include "base/metrics.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

struct QueryCounters {
  std::shared_ptr<Counter> succeeded, refused, cancelled, timed_out;
};

struct QueryRoutes {
  const query::LogReader* reader = nullptr;
  const Clock* clock = nullptr;
  QueryCounters counters;

  http::Response query(const http::Request& request) const;
  http::Response query_range(const http::Request& request) const;
  http::Response label_names(const http::Request& request) const;
  http::Response label_values(const http::Request& request) const;
  http::Response series(const http::Request& request) const;
  http::Response index_stats(const http::Request& request) const;
  http::Response volume(const http::Request& request) const;
  http::Response volume_range(const http::Request& request) const;
  http::Response detected_labels(const http::Request& request) const;
  http::Response detected_fields(const http::Request& request) const;
  http::Response field_values(const http::Request& request) const;
  http::Response patterns(const http::Request& request) const;
  http::Response format_query(const http::Request& request) const;

 private:
  http::Response answer(const http::Request& request, Result<std::string> body) const;
};

}  // namespace oc::stores
