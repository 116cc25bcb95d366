// Where a log line carries its time, and in which layout.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "formats/time_parts.h"

namespace oc::formats {

struct FoundTimestamp {
  std::size_t start = 0;  // bytes in the line
  std::size_t end = 0;
  std::string layout;  // see time_layout.h
  TimeParts time;
  bool ambiguous = false;  // a second reading is as likely (03/04/2026, IST)
};

// The line's own time: the first in the line that stands where times stand (behind a bracket, a space, a known key …),
// values of keys such as "time" and "ts" before values of others. A full date and time counts anywhere in the first
// kTimestampSearchBytes; a time of day and an epoch number count only at the front or behind a key that means time.
// Durations, versions, addresses, identifiers are left alone. Thread-safe, linear in the bytes searched.
std::optional<FoundTimestamp> find_timestamp(std::string_view line);

// A time that starts exactly at `at`: a date with a time of day, or (there or behind a letter) klog's MMDD form.
std::optional<FoundTimestamp> timestamp_at(std::string_view line, std::size_t at);

// A value that is nothing but a time: a field of JSON, logfmt or CSV. Epoch numbers count when they lie between 2001
// and 2065.
std::optional<FoundTimestamp> timestamp_value(std::string_view value);

// Keys that mean the time of a record: 2 for those loggers use for it ("ts", "@timestamp"), 1 for those that mean some
// time ("started_at"), 0 for others.
int time_key_rank(std::string_view key);

// Deeper in a line a time is part of the message. JSON lines are searched further, since their keys say what is what.
inline constexpr std::size_t kTimestampSearchBytes = 512;
inline constexpr std::size_t kJsonTimestampSearchBytes = 16 << 10;

}  // namespace oc::formats
