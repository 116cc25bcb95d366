#include "formats/date_parts.h"

namespace oc::formats {
namespace {

bool is_date_separator(char c) { return c == '-' || c == '/' || c == '.' || c == ':' || c == '_'; }

bool year_month_day(TimeCursor& cursor) {
  int year = 0;
  if (!cursor.number(4, 4, year) || !set_year(cursor, year) || !is_date_separator(cursor.peek())) return false;
  const std::string separator(1, cursor.peek());
  cursor.layout += "%Y";
  cursor.take(separator);
  if (TimeCursor::is_letter(cursor.peek()))
    return take_month_name(cursor) && cursor.take(separator) && take_day(cursor);
  int month = 0;
  if (!cursor.number(1, 2, month) || !cursor.rest().starts_with(separator)) return false;
  cursor.parts.month = month;
  cursor.layout += "%m";
  return cursor.take(separator) && take_day(cursor);
}

bool east_asian_date(TimeCursor& cursor) {
  int year = 0;
  int month = 0;
  if (!cursor.number(4, 4, year) || !set_year(cursor, year)) return false;
  cursor.layout += "%Y";
  if (!cursor.take("年") && !cursor.take("년 ")) return false;
  if (!cursor.number(1, 2, month)) return false;
  cursor.parts.month = month;
  cursor.layout += "%m";
  if (!cursor.take("月") && !cursor.take("월 ")) return false;
  return take_day(cursor) && (cursor.take("日") || cursor.take("일"));
}

// ISO 8601's ordinal date: the day of the year.
bool ordinal_date(TimeCursor& cursor) {
  int year = 0;
  int day = 0;
  if (!cursor.number(4, 4, year) || !set_year(cursor, year)) return false;
  cursor.layout += "%Y";
  if (!cursor.take("-") || !cursor.number(3, 3, day) || day < 1 || day > 366) return false;
  cursor.layout += "%j";
  TimeParts january;
  january.year = year;
  january.month = january.day = 1;
  january.hour = 0;
  constexpr Nanos kDay = 86'400'000'000'000;
  const TimeParts date = from_unix_nanos(*to_unix_nanos(january) + (day - 1) * kDay, 0);
  cursor.parts.month = date.month;
  cursor.parts.day = date.day;
  return date.year == year;
}

bool packed_date(TimeCursor& cursor, std::size_t year_digits) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!cursor.fixed_number(year_digits, year) || !cursor.fixed_number(2, month) || !cursor.fixed_number(2, day)) {
    return false;
  }
  cursor.parts.month = month;
  cursor.parts.day = day;
  cursor.packed_date = true;
  cursor.layout += year_digits == 4 ? "%Y%m%d" : "%y%m%d";
  return set_year(cursor, year_digits == 4 ? year : full_year(year));
}

void set_day_and_month(TimeCursor& cursor, int first, int second, bool day_first, const std::string& separator) {
  cursor.parts.day = day_first ? first : second;
  cursor.parts.month = day_first ? second : first;
  cursor.layout += (day_first ? "%d" : "%m") + separator + (day_first ? "%m" : "%d");
}

// A part over 12 is the day; dots are day first everywhere they are used; the rest is open.
bool reads_day_first(TimeCursor& cursor, int first, int second, char separator) {
  if (first > 12) return true;
  if (second > 12) return false;
  if (separator == '.') return true;
  cursor.ambiguous = first != second;
  return separator == '-';
}

bool two_numbers_and_year(TimeCursor& cursor) {
  int first = 0;
  int second = 0;
  int year = 0;
  if (!cursor.number(1, 2, first) || !is_date_separator(cursor.peek())) return false;
  const std::string separator(1, cursor.peek());
  ++cursor.at;
  if (!cursor.number(1, 2, second) || !cursor.rest().starts_with(separator)) return false;
  ++cursor.at;
  if (!cursor.number(4, 4, year)) return false;
  set_day_and_month(cursor, first, second, reads_day_first(cursor, first, second, separator[0]), separator);
  cursor.layout += separator + "%Y";
  return set_year(cursor, year);
}

// "17/06/09": a first part over 12 is a year (Spark, Python's %y); "03/25/26": a second part over 12 is the day; else
// all is open.
bool three_short_numbers(TimeCursor& cursor) {
  int first = 0;
  int second = 0;
  int third = 0;
  if (!cursor.number(2, 2, first) || (cursor.peek() != '/' && cursor.peek() != '-' && cursor.peek() != '.'))
    return false;
  const std::string separator(1, cursor.peek());
  ++cursor.at;
  if (!cursor.number(2, 2, second) || !cursor.rest().starts_with(separator)) return false;
  ++cursor.at;
  if (!cursor.number(2, 2, third)) return false;
  const bool year_first = first > 12 && second <= 12 && third <= 31 && separator != ".";
  if (year_first) {
    cursor.parts.month = second;
    cursor.parts.day = third;
    cursor.layout += "%y" + separator + "%m" + separator + "%d";
    return set_year(cursor, full_year(first));
  }
  set_day_and_month(cursor, first, second, reads_day_first(cursor, first, second, separator[0]), separator);
  cursor.layout += separator + "%y";
  return set_year(cursor, full_year(third));
}

bool month_and_day_only(TimeCursor& cursor) {
  int month = 0;
  if (!cursor.number(2, 2, month)) return false;
  const char separator = cursor.peek();
  if (separator != '-' && separator != '.' && separator != '/') return false;
  cursor.parts.month = month;
  cursor.layout += "%m";
  return cursor.take(std::string_view(&separator, 1)) && take_day(cursor) && cursor.peek() == ' ';
}

bool long_packed_date(TimeCursor& cursor) { return packed_date(cursor, 4); }
bool short_packed_date(TimeCursor& cursor) { return packed_date(cursor, 2); }

}  // namespace

bool scan_numeric_date(TimeCursor& cursor) {
  switch (cursor.digits_ahead()) {
    case 14:
    case 8:
      return first_date_of(cursor, {long_packed_date});
    case 6:
      return first_date_of(cursor, {short_packed_date});
    case 4:
      return first_date_of(cursor, {year_month_day, ordinal_date, east_asian_date});
    case 2:
      return first_date_of(cursor, {two_numbers_and_year, three_short_numbers, month_and_day_only});
    case 1:
      return first_date_of(cursor, {two_numbers_and_year});
    default:
      return false;
  }
}

}  // namespace oc::formats
