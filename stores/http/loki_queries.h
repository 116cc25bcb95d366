// Queries, labels and series: the routes that answer with data.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/http/message.h"
#include "base/result.h"
#include "query/logql/engine.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

Result<query::RangeQuery> range_query(const http::Request& request, Nanos now_ns);

Result<std::string> answer_query(const query::LogReader& reader, const http::Request& request, Nanos now_ns);
Result<std::string> answer_query_range(const query::LogReader& reader, const http::Request& request, Nanos now_ns);
Result<std::string> answer_label_names(const query::LogReader& reader, const http::Request& request, Nanos now_ns);
Result<std::string> answer_label_values(const query::LogReader& reader, const http::Request& request, Nanos now_ns);
Result<std::string> answer_series(const query::LogReader& reader, const http::Request& request, Nanos now_ns);

}  // namespace oc::stores
