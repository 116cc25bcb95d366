// What a log line says about its time: often not all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace oc::formats {

struct TimeParts {
  std::optional<int> year;
  std::optional<int> month;  // 1..12
  std::optional<int> day;    // 1..31
  std::optional<int> hour;   // 0..23
  int minute = 0;
  std::optional<int> second;  // 0..60
  std::int32_t nanos = 0;
  int fraction_digits = 0;                   // as written, at most 9
  std::optional<int> zone_minutes;           // east of UTC
  std::optional<std::int64_t> uptime_nanos;  // time since the start of something; then nothing else is known

  bool has_date() const { return month.has_value() && day.has_value(); }
  bool operator==(const TimeParts&) const = default;
};

// ISO 8601 with the parts that are known: "2026-03-11T08:14:02.118Z", "--03-11T08:14:02", "T08:14:02",
// "PT8123.441902S".
std::string to_iso8601(const TimeParts& parts);

// Nanoseconds since the epoch. Where the line names no zone, `default_zone_minutes` counts. Nothing without a year, a
// date and an hour, and nothing outside 1678..2261 (what 64 bits of nanoseconds hold).
std::optional<Nanos> to_unix_nanos(const TimeParts& parts, int default_zone_minutes = 0);

// The parts of an instant, in UTC, with `fraction_digits` digits.
TimeParts from_unix_nanos(Nanos instant, int fraction_digits);

// Whether the date exists in the calendar, as far as it is known (29 February without a year does).
bool is_calendar_date(const TimeParts& parts);

}  // namespace oc::formats
