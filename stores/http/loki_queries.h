// The routes that answer with data: query, query_range, labels, label values, series.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/http/server.h"
#include "base/metrics.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

struct QueryCounters {
  std::shared_ptr<Counter> succeeded, refused, cancelled;
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

 private:
  http::Response answer(Result<std::string> body) const;
};

}  // namespace oc::stores
