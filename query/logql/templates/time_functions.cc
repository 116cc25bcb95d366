// Functions on times and spans of time.
#include <fmt/format.h>

#include "base/clock.h"
#include "query/logql/go_text.h"
#include "query/logql/templates/go_number.h"
#include "query/logql/templates/template_function.h"

namespace oc::query {

namespace {

using TimeType = TemplateValue::Type;

constexpr std::int64_t kMilli = 1'000, kNanosOfSecond = 1'000'000'000, kSecondsOfDay = 86'400;

TemplateValue now_value() { return TemplateValue::time(go_time(system_clock().wall_ns())); }

Result<TemplateValue> now(const TemplateCall&, TemplateArguments) { return now_value(); }
Result<TemplateValue> line_time(const TemplateCall& call, TemplateArguments) {
  return TemplateValue::time(go_time(call.time_ns));
}

// Takes a time or seconds; of all else it makes the time it is.
Result<TemplateValue> date_text_of(const TemplateCall& call, TemplateArguments arguments) {
  const auto& given = arguments[1];
  auto time = given.is(TimeType::kTime)                                ? given.as_time()
              : given.is(TimeType::kInt) || given.is(TimeType::kInt64) ? go_time(given.as_integer(), 0)
                                                                       : now_value().as_time();
  time.place = nullptr;  // shown in UTC
  time.offset_seconds = 0;
  return call.memory.string(format_go_time(time, arguments[0].as_string()));
}

Result<TemplateValue> to_date(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::time(parse_go_time(arguments[1].as_string(), arguments[0].as_string(), nullptr));
}

Result<TemplateValue> to_date_in_zone(const TemplateCall&, TemplateArguments arguments) {
  const auto* place = find_place(arguments[1].as_string());
  return TemplateValue::time(parse_go_time(arguments[2].as_string(), arguments[0].as_string(), place));
}

// What the number counts is told by how many digits it has.
Result<TemplateValue> unix_to_time(const TemplateCall&, TemplateArguments arguments) {
  const auto text = arguments[0].as_string();
  const auto number = go_parse_int(text, 10);
  if (!number) return permanent(fmt::format("unable to parse time '{}': {}", text, number.error().message));
  switch (text.size()) {
    case 5:
      return TemplateValue::time(go_time(*number * kSecondsOfDay, 0));
    case 10:
      return TemplateValue::time(go_time(*number, 0));
    case 13:
      return TemplateValue::time(go_time(0, *number * kMilli * kMilli));
    case 16:
      return TemplateValue::time(go_time(0, *number * kMilli));
    case 19:
      return TemplateValue::time(go_time(0, *number));
    default:
      return permanent(fmt::format("unable to parse time '{}': %!w(<nil>)", text));  // as Loki words it
  }
}

// So many of them a second, wrapping around for times beyond what 64 bits hold.
template <std::int64_t of_second>
Result<TemplateValue> unix_time(const TemplateCall& call, TemplateArguments arguments) {
  const auto& time = arguments[0].as_time();
  const auto whole = static_cast<std::uint64_t>(time.seconds) * static_cast<std::uint64_t>(of_second);
  const auto part = static_cast<std::uint64_t>(time.nanos / (kNanosOfSecond / of_second));
  return call.memory.string(fmt::format("{}", static_cast<std::int64_t>(whole + part)));
}

Result<TemplateValue> seconds_of_duration(const TemplateCall&, TemplateArguments arguments) {
  OC_TRY_ASSIGN(const auto span_ns, go_parse_duration(arguments[0].as_string()));
  const auto whole = span_ns / kNanosOfSecond, part = span_ns % kNanosOfSecond;
  return TemplateValue::number(static_cast<double>(whole) + static_cast<double>(part) / 1e9);
}

constexpr TemplateFunction kTimes[] = {{"now", "", now},
                                       {"__timestamp__", "", line_time},
                                       {"date", "sa", date_text_of},
                                       {"toDate", "ss", to_date},
                                       {"toDateInZone", "sss", to_date_in_zone},
                                       {"unixToTime", "s", unix_to_time},
                                       {"unixEpoch", "t", unix_time<1>},
                                       {"unixEpochMillis", "t", unix_time<kMilli>},
                                       {"unixEpochNanos", "t", unix_time<kNanosOfSecond>},
                                       {"duration", "s", seconds_of_duration},
                                       {"duration_seconds", "s", seconds_of_duration}};

}  // namespace

std::span<const TemplateFunction> time_functions() { return kTimes; }

}  // namespace oc::query
