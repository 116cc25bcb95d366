#include "formats/date_scan.h"

#include <utility>

#include "formats/date_parts.h"
#include "formats/time_names.h"

namespace oc::formats {
namespace {

// "11/Mar/2026", "03-Jul-15", "11 Mar 2026", "14 Nov".
bool day_and_month_name(TimeCursor& cursor) {
  if (!take_day(cursor)) return false;
  if (cursor.peek() == '.') cursor.take(".");
  const char separator = cursor.peek();
  if (separator != '/' && separator != '-' && separator != ' ') return false;
  const std::string_view separator_text(&separator, 1);
  if (!cursor.take(separator_text) || !take_month_name(cursor)) return false;
  int year = 0;
  TimeCursor with_year = cursor;
  if (!with_year.take(separator_text)) return false;
  if (with_year.number(4, 4, year) && is_plausible_year(year)) {
    with_year.layout += "%Y";
  } else if (separator != ' ' && with_year.number(2, 2, year)) {
    with_year.layout += "%y";
    year = full_year(year);
  } else {
    return separator == ' ';
  }
  cursor = with_year;
  return set_year(cursor, year);
}

// "Mar 11", "Mar 11 2026", "May 8, 2009".
bool month_name_and_day(TimeCursor& cursor) {
  if (!take_month_name(cursor)) return false;
  if (cursor.peek() != ' ') return false;
  cursor.take(" ");
  if (cursor.peek() == ' ') ++cursor.at;
  const std::size_t day_in_layout = cursor.layout.size();
  if (!take_day(cursor)) return false;
  TimeCursor with_year = cursor;
  int year = 0;
  if (with_year.peek() == ',') with_year.take(",");
  if (with_year.take(" ") && with_year.number(4, 4, year) && is_plausible_year(year)) {
    with_year.layout += "%Y";
    cursor = with_year;
    return set_year(cursor, year);
  }
  cursor.layout.replace(day_in_layout, 2, "%e");
  return true;
}

void skip_weekday(TimeCursor& cursor) {
  const auto weekday = weekday_at(cursor.rest());
  if (!weekday) return;
  TimeCursor behind = cursor;
  behind.at += weekday->length;
  behind.layout += weekday->full ? "%A" : "%a";
  if (behind.peek() == ',') behind.take(",");
  if (behind.peek() == '.') behind.take(".");
  if (behind.take(" ")) cursor = behind;
}

// A number in front may be a day before a month's name.
bool scan_from_digit(TimeCursor& cursor) { return first_date_of(cursor, {day_and_month_name, scan_numeric_date}); }

}  // namespace

bool scan_date(TimeCursor& cursor) {
  if (TimeCursor::is_digit(cursor.peek())) return scan_from_digit(cursor);
  skip_weekday(cursor);
  if (TimeCursor::is_digit(cursor.peek())) return scan_from_digit(cursor);
  return first_date_of(cursor, {month_name_and_day});
}

void scan_trailing_year(TimeCursor& cursor) {
  if (cursor.parts.year || !cursor.parts.has_date()) return;
  TimeCursor attempt = cursor;
  int year = 0;
  if (!attempt.take(" ") || !attempt.number(4, 4, year) || !is_plausible_year(year)) return;
  if (TimeCursor::is_letter(attempt.peek()) || attempt.peek() == ':') return;
  attempt.parts.year = year;
  attempt.layout += "%Y";
  if (is_calendar_date(attempt.parts)) cursor = std::move(attempt);
}

}  // namespace oc::formats
