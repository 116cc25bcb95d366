// How each request for data is run: one after the other or at once, what becomes of errors, what is counted.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/http/message.h"
#include "base/metrics.h"
#include "base/result.h"
#include "query/logql/log_reader.h"
#include "stores/http/long_queries.h"

namespace oc::stores {

class QueryRoutes {
 public:
  // Makes the answer's body.
  using Ask = Result<std::string> (*)(const query::LogReader& reader, const http::Request& request, Nanos now_ns);

  // The reader and the clock must outlive it.
  QueryRoutes(const query::LogReader& reader, const Clock& clock, const LongQueries::Options& long_queries,
              MetricRegistry& metrics);
  http::Response answer(const http::Request& request, Ask ask);
  http::Response format_query(const http::Request& request);

 private:
  http::Response refusal(const http::Request& request, const Error& error);

  const query::LogReader& reader_;
  const Clock& clock_;
  LongQueries long_queries_;
  std::shared_ptr<Counter> succeeded_, refused_, cancelled_, timed_out_;
};

}  // namespace oc::stores
