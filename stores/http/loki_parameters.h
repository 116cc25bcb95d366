// The parameters of Loki's API, in all the forms it takes; error texts are Loki's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/http/message.h"
#include "base/result.h"
#include "query/logql/limits.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

// Nanoseconds, seconds (up to ten digits, or with a fraction) or RFC 3339.
Result<Nanos> parse_loki_time(std::string_view text);
// Seconds, or a duration such as "5m".
Result<Nanos> parse_seconds_or_duration(std::string_view text);

struct TimeBounds {
  Nanos start_ns = 0;
  Nanos end_ns = 0;
};
// `start`, `end`, `since`: the last hour unless told.
Result<TimeBounds> time_bounds(const http::Request& request, Nanos now_ns);

Result<Nanos> time_parameter(const http::Request& request, Nanos now_ns);
// `name`: `limit`, or one that is read like it.
Result<std::size_t> limit_parameter(const http::Request& request, std::string_view name = "limit",
                                    std::size_t otherwise = query::kDefaultLimit);
Result<query::Direction> direction_parameter(const http::Request& request);
Result<Nanos> step_parameter(const http::Request& request, const TimeBounds& bounds);
// The step, such that it divides the bounds into at most as many as a series may have points.
Result<Nanos> few_steps(const http::Request& request, const TimeBounds& bounds);
Status end_behind_start(const TimeBounds& bounds);
Result<Nanos> interval_parameter(const http::Request& request);

// The peer hangs up, or has waited for as long as a query may take.
query::Interruption interruption_of(const http::Request& request);

// X-Loki-Response-Encoding-Flags: categorize-labels
bool wants_categorized_labels(const http::Request& request);

}  // namespace oc::stores
