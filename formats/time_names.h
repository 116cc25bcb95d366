// Names of months, weekdays and time zones as logs write them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace oc::formats {

struct MonthName {
  int month = 0;
  std::size_t length = 0;  // bytes of the text taken
  bool full = false;       // "September", not "Sep"
};
// At the start of `text`, in any letter case: English, German, French, Spanish, Italian, Portuguese, Dutch.
std::optional<MonthName> month_at(std::string_view text);

struct WeekdayName {
  std::size_t length = 0;
  bool full = false;
};
std::optional<WeekdayName> weekday_at(std::string_view text);  // English

struct ZoneName {
  std::size_t length = 0;
  std::optional<int> minutes;  // east of UTC; nothing for names whose offset depends on the date ("Europe/Berlin")
  bool ambiguous = false;      // the name stands for several zones; minutes is the most common
};
// At the start of `text`: "UTC", "CEST", "Europe/Berlin". The name must end there.
std::optional<ZoneName> zone_at(std::string_view text);

}  // namespace oc::formats
