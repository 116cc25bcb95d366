// Where a log line carries its time, and in which layout.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "formats/found_timestamp.h"

namespace oc::formats {

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

// Deeper in a line a time is part of the message. JSON lines are searched further, since their keys say what is what.
inline constexpr std::size_t kTimestampSearchBytes = 512;
inline constexpr std::size_t kJsonTimestampSearchBytes = 16 << 10;

}  // namespace oc::formats
