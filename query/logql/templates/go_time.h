// A time of Go's: an instant with the place it is shown at. Loki shows local time, which is UTC in its images; here it
// is UTC wherever no place is named.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace date {
class time_zone;
}

namespace oc::query {

struct GoTime {
  // The zero time of Go, January 1 of the year 1, which a text that is no time gives.
  static constexpr std::int64_t kZeroSeconds = -62'135'596'800;

  std::int64_t seconds = kZeroSeconds;     // since the Unix epoch
  std::int32_t nanos = 0;                  // of the second, 0 to 999,999,999
  const date::time_zone* place = nullptr;  // null: UTC, or the offset
  std::int32_t offset_seconds = 0;         // east of UTC, where there is no place
};

GoTime go_time(Nanos unix_ns);
GoTime go_time(std::int64_t seconds, std::int64_t nanos);

const date::time_zone* find_place(std::string_view name);  // of the time zone database; null: there is none

// time.Format and time.ParseInLocation; a text that does not fit the layout gives the zero time.
std::string format_go_time(const GoTime& time, std::string_view layout);
GoTime parse_go_time(std::string_view text, std::string_view layout, const date::time_zone* place);

}  // namespace oc::query
