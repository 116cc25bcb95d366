// Layouts of times: strptime's letters, and words for times that are one number.
//   %Y %y year   %m month   %d %e day   %b %B month's name   %j day of the year   %a %A weekday's name (not checked)
//   %H %I hour   %M minute  %S second   %p AM or PM
//   %L %f %1f…%9f 3, 6, 1…9 digits of the second's fraction   %z "Z", "+0100", "+01:00", "+01"   %Z a zone's name
//   %F "%Y-%m-%d"   %T "%H:%M:%S"   %D "%m/%d/%y"   %R "%H:%M"   %% a per cent sign; all else stands for itself
//   epoch_s epoch_s_float epoch_ms epoch_us epoch_ns uptime_s tai64n
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/time_parts.h"

namespace oc::formats {

// The time that the whole of `text` stands for; nothing where it does not fit, or names no time there is. No locale and
// no allocation for layouts of numbers. Numbers may lack their leading zeros where a separator follows.
std::optional<TimeParts> parse_time(std::string_view text, std::string_view layout);

// Errors name the letter that is not known.
Status check_time_layout(std::string_view layout);

// The same for layouts that differ in nothing but the digits of the fraction, padding, and how the zone is written:
// what one program writes in one file.
std::string layout_family(std::string_view layout);

}  // namespace oc::formats
