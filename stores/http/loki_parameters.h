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

// A whole number below 2^32, which may have a sign.
Result<std::int64_t> integer_parameter(const http::Request& request, std::string_view name, std::int64_t otherwise);
// `name`: `limit`, or one that is read like it.
Result<std::size_t> limit_parameter(const http::Request& request, std::string_view name = "limit",
                                    std::size_t otherwise = query::kDefaultLimit);
Result<Nanos> step_parameter(const http::Request& request, const TimeBounds& bounds);
// The step, such that it divides the bounds into at most as many as a series may have points.
Result<Nanos> few_steps(const http::Request& request, const TimeBounds& bounds, Nanos finest_ns = 1);
Status end_behind_start(const TimeBounds& bounds);
// From midnight to midnight, in UTC: Loki's index knows by days which labels there are.
TimeBounds whole_days(const TimeBounds& bounds);

// All that /query_range and /query take beside the query; of several errors the one that Loki names. Other endpoints
// look at them, too, even where they use few. `limit`: where it was read already, by a rule of its own.
struct RangeParameters {
  TimeBounds bounds;
  std::size_t limit = 0;
  query::Direction direction = query::Direction::kBackward;
  Nanos step_ns = 0;
  Nanos interval_ns = 0;
};
Result<RangeParameters> range_parameters(const http::Request& request, Nanos now_ns,
                                         std::optional<std::size_t> limit = std::nullopt);
struct InstantParameters {
  std::size_t limit = 0;
  Nanos time_ns = 0;
};
Result<InstantParameters> instant_parameters(const http::Request& request, Nanos now_ns,
                                             std::optional<std::size_t> limit = std::nullopt);

// The peer hangs up, or has waited for as long as a query may take.
query::Interruption interruption_of(const http::Request& request);

}  // namespace oc::stores
