// /index/stats, /index/volume and /index/volume_range: how much of what is there, without reading it.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/http/message.h"
#include "base/result.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

Result<std::string> answer_index_stats(const query::LogReader& reader, const http::Request& request, Nanos now_ns);
Result<std::string> answer_volume(const query::LogReader& reader, const http::Request& request, Nanos now_ns);
Result<std::string> answer_volume_range(const query::LogReader& reader, const http::Request& request, Nanos now_ns);

}  // namespace oc::stores
