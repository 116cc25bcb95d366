// /patterns: what the lines of a range look like, and how often when.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/http/message.h"
#include "base/result.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

Result<std::string> answer_patterns(const query::LogReader& reader, const http::Request& request, Nanos now_ns);

}  // namespace oc::stores
