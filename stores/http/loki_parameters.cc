#include "stores/http/loki_parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/limits.h"
#include "stores/http/rfc3339.h"

namespace oc::stores {

namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kDefaultSince = 3'600 * kSecond;
constexpr std::int64_t kMostUint32 = std::numeric_limits<std::uint32_t>::max();
constexpr double kLargestNanos = 9.2e18;
constexpr double kDefaultPoints = 250;  // of a range query without a step

// A sign may stand before the digits. The error is Go's reason alone.
Result<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const bool has_plus = text.starts_with('+') && !text.starts_with("+-");
  const auto digits = has_plus ? text.substr(1) : text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc::result_out_of_range) return permanent("value out of range");
  if (error != std::errc() || end != digits.data() + digits.size()) return permanent("invalid syntax");
  return number;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

Result<Nanos> fractional_seconds(double seconds) {
  if (!(std::abs(seconds) < kLargestNanos / 1e9)) return permanent("time out of range");
  const auto whole = std::floor(seconds);
  return static_cast<Nanos>(whole) * kSecond + std::llround((seconds - whole) * 1000) * 1'000'000;
}

// Empty and absent are the same to Loki.
std::optional<std::string> filled(const http::Request& request, std::string_view name) {
  auto value = request.parameter(name);
  if (value && value->empty()) value.reset();
  return value;
}

Result<Nanos> bound(const http::Request& request, std::string_view name, Nanos otherwise) {
  const auto value = filled(request, name);
  if (!value) return otherwise;
  const auto time = parse_loki_time(*value);
  if (!time) return permanent(fmt::format("could not parse '{}' parameter: {}", name, time.error().message));
  return time;
}

}  // namespace

Result<Nanos> parse_loki_time(std::string_view text) {
  if (text.find('.') != std::string_view::npos) {
    if (const auto seconds = query::go_parse_float(text)) return fractional_seconds(*seconds);
  }
  const auto number = parse_integer(text);
  if (!number) {
    if (const auto time = parse_rfc3339(text)) return *time;
    return permanent(fmt::format("strconv.ParseInt: parsing {}: {}", query::go_quote(text), number.error().message));
  }
  constexpr auto kMostSeconds = std::numeric_limits<Nanos>::max() / kSecond;  // later is as late as can be said
  return text.size() <= 10 ? std::clamp(*number, -kMostSeconds, kMostSeconds) * kSecond : *number;
}

Result<Nanos> parse_seconds_or_duration(std::string_view text) {
  if (const auto seconds = query::go_parse_float(text)) {
    const auto nanos = *seconds * 1e9;
    if (std::isnan(nanos)) return std::numeric_limits<Nanos>::min();  // as Go converts it: refused as negative
    if (std::abs(nanos) < kLargestNanos) return static_cast<Nanos>(nanos);
    return permanent(fmt::format("cannot parse {} to a valid duration. It overflows int64", query::go_quote(text)));
  }
  if (const auto duration = query::parse_prometheus_duration(text)) return *duration;
  return permanent(fmt::format("cannot parse {} to a valid duration", query::go_quote(text)));
}

Result<TimeBounds> time_bounds(const http::Request& request, Nanos now_ns) {
  auto since = kDefaultSince;
  if (const auto value = filled(request, "since")) {
    const auto duration = query::parse_prometheus_duration(*value);
    if (!duration) return permanent(fmt::format("could not parse 'since' parameter: {}", duration.error().message));
    since = std::min(*duration, query::kMaxDuration);
  }
  TimeBounds bounds;
  OC_TRY_ASSIGN(bounds.end_ns, bound(request, "end", now_ns));
  constexpr auto kEarliest = std::numeric_limits<Nanos>::min();
  const auto last = std::min(bounds.end_ns, now_ns);
  OC_TRY_ASSIGN(bounds.start_ns, bound(request, "start", last < kEarliest + since ? kEarliest : last - since));
  return bounds;
}

Result<std::int64_t> integer_parameter(const http::Request& request, std::string_view name, std::int64_t otherwise) {
  const auto value = filled(request, name);
  if (!value) return otherwise;
  const auto number = parse_integer(*value);
  if (!number) {
    return permanent(fmt::format("strconv.Atoi: parsing {}: {}", query::go_quote(*value), number.error().message));
  }
  if (*number > kMostUint32) {
    return permanent(fmt::format("{} value {} is out of range [0, {}]", name, *number, kMostUint32));
  }
  return *number;
}

Result<std::size_t> limit_parameter(const http::Request& request, std::string_view name, std::size_t otherwise) {
  OC_TRY_ASSIGN(const auto limit, integer_parameter(request, name, static_cast<std::int64_t>(otherwise)));
  if (limit <= 0) return permanent("limit must be a positive value");
  return static_cast<std::size_t>(limit);
}

Result<Nanos> step_parameter(const http::Request& request, const TimeBounds& bounds) {
  if (const auto value = filled(request, "step")) return parse_seconds_or_duration(*value);
  const auto seconds = (static_cast<double>(bounds.end_ns) - static_cast<double>(bounds.start_ns)) / 1e9;
  return static_cast<Nanos>(std::max(std::floor(seconds / kDefaultPoints), 1.0)) * kSecond;
}

Status end_behind_start(const TimeBounds& bounds) {
  if (bounds.end_ns >= bounds.start_ns) return {};
  return permanent("end timestamp must not be before or equal to start time");
}

TimeBounds whole_days(const TimeBounds& bounds) {
  constexpr Nanos kDay = 86'400 * kSecond;
  using Limits = std::numeric_limits<Nanos>;
  const auto midnight_before = [](Nanos time_ns) {
    const auto time = std::clamp(time_ns, Limits::min() + kDay, Limits::max() - kDay);
    return time - (time % kDay + kDay) % kDay;
  };
  return {midnight_before(bounds.start_ns), midnight_before(bounds.end_ns) + kDay};
}

Result<Nanos> few_steps(const http::Request& request, const TimeBounds& bounds, Nanos finest_ns) {
  OC_TRY_ASSIGN(const auto step_ns, step_parameter(request, bounds));
  if (step_ns < finest_ns) {
    return permanent("zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  // Any times may come: their difference can be larger than a time.
  const auto length = static_cast<std::uint64_t>(bounds.end_ns) - static_cast<std::uint64_t>(bounds.start_ns);
  const bool is_empty = bounds.end_ns < bounds.start_ns;
  if (is_empty || length / static_cast<std::uint64_t>(step_ns) <= query::kMaxPoints) return step_ns;
  return permanent(
      "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter");
}

namespace {

Result<Nanos> time_parameter(const http::Request& request, Nanos now_ns) {
  const auto value = filled(request, "time");
  return value ? parse_loki_time(*value) : now_ns;
}

Result<query::Direction> direction_parameter(const http::Request& request) {
  const auto value = filled(request, "direction");
  const auto word = lower(value.value_or("backward"));
  if (word == "backward") return query::Direction::kBackward;
  if (word == "forward") return query::Direction::kForward;
  return permanent(fmt::format("invalid direction '{}'", *value));
}

Result<Nanos> interval_parameter(const http::Request& request) {
  const auto value = filled(request, "interval");
  if (!value) return 0;
  OC_TRY_ASSIGN(const Nanos interval, parse_seconds_or_duration(*value));
  if (interval < 0) return permanent("interval must be >= 0");
  return interval;
}

}  // namespace

Result<RangeParameters> range_parameters(const http::Request& request, Nanos now_ns, std::optional<std::size_t> limit) {
  RangeParameters range;
  OC_TRY_ASSIGN(range.bounds, time_bounds(request, now_ns));
  OC_TRY(end_behind_start(range.bounds));
  OC_TRY_ASSIGN(range.limit, limit ? *limit : limit_parameter(request));
  OC_TRY_ASSIGN(range.direction, direction_parameter(request));
  OC_TRY_ASSIGN(range.step_ns, few_steps(request, range.bounds));
  OC_TRY_ASSIGN(range.interval_ns, interval_parameter(request));
  return range;
}

Result<InstantParameters> instant_parameters(const http::Request& request, Nanos now_ns,
                                             std::optional<std::size_t> limit) {
  InstantParameters instant;
  OC_TRY_ASSIGN(instant.limit, limit ? *limit : limit_parameter(request));
  OC_TRY_ASSIGN(instant.time_ns, time_parameter(request, now_ns));
  OC_TRY(direction_parameter(request));
  return instant;
}

query::Interruption interruption_of(const http::Request& request) {
  return {request.cancelled, request.arrived + query::kMaxQueryTime};
}

}  // namespace oc::stores
