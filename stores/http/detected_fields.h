// /detected_fields and /detected_field/{name}/values: what the newest lines of a query hold besides stream labels.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/http/message.h"
#include "base/result.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

Result<std::string> answer_detected_fields(const query::LogReader& reader, const http::Request& request, Nanos now_ns);
// Of the field that the path names.
Result<std::string> answer_field_values(const query::LogReader& reader, const http::Request& request, Nanos now_ns);

}  // namespace oc::stores
