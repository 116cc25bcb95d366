#include "formats/date_parts.h"

#include <utility>

#include "formats/time_names.h"

namespace oc::formats {

bool first_date_of(TimeCursor& cursor, std::initializer_list<DateScan> scans) {
  for (const DateScan scan : scans) {
    TimeCursor attempt = cursor;
    if (!scan(attempt) || !is_calendar_date(attempt.parts)) continue;
    cursor = std::move(attempt);
    return true;
  }
  return false;
}

bool is_plausible_year(int year) {
  constexpr int kFirstYear = 1970;
  constexpr int kLastYear = 2099;
  return year >= kFirstYear && year <= kLastYear;
}

bool set_year(TimeCursor& cursor, int year) {
  cursor.parts.year = year;
  return is_plausible_year(year);
}

bool take_month_name(TimeCursor& cursor) {
  const auto name = month_at(cursor.rest());
  if (!name) return false;
  cursor.parts.month = name->month;
  cursor.layout += name->full ? "%B" : "%b";
  cursor.at += name->length;
  return true;
}

bool take_day(TimeCursor& cursor) {
  int day = 0;
  if (!cursor.number(1, 2, day)) return false;
  cursor.parts.day = day;
  cursor.layout += "%d";
  return true;
}

}  // namespace oc::formats
