// Times that are only times because they stand at a line's front.
#pragma once

#include <optional>
#include <string_view>

#include "formats/found_timestamp.h"

namespace oc::formats {

// A number of seconds, milliseconds … since 1970: in front, in brackets, behind a process id (strace) or in `audit(…)`.
std::optional<FoundTimestamp> leading_epoch(std::string_view line);

// "[ 8123.441902] usb 1-1: …".
std::optional<FoundTimestamp> leading_uptime(std::string_view line);

// "08:14:02 …", "[08:14:02 INF]", "INFO  08:14:02": at the front, or behind nothing but a level. A lone time of day
// anywhere else is a duration as often as not.
std::optional<FoundTimestamp> leading_clock(std::string_view line);

// Whether `text` begins with two digits, a colon, two digits, a colon.
bool is_two_digit_clock(std::string_view text);

}  // namespace oc::formats
