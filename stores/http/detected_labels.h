// /detected_labels: the stream labels by which Grafana offers to narrow a search.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/http/message.h"
#include "base/result.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

Result<std::string> answer_detected_labels(const query::LogReader& reader, const http::Request& request, Nanos now_ns);

}  // namespace oc::stores
