#include "formats/clock_scan.h"

#include <utility>

#include "formats/time_names.h"

namespace oc::formats {
namespace {

constexpr int kNanosDigits = 9;
constexpr int kWidestZoneHours = 14;  // Line Islands

void set_fraction(TimeCursor& cursor, std::size_t digits, char separator) {
  std::int32_t nanos = 0;
  for (std::size_t i = 0; i < kNanosDigits; ++i) {
    nanos = nanos * 10 + (i < digits ? cursor.peek(i) - '0' : 0);
  }
  cursor.parts.nanos = nanos;
  cursor.parts.fraction_digits = static_cast<int>(digits);
  cursor.layout += separator;
  cursor.layout += digits == 3 ? "%L" : digits == 6 ? "%f" : "%" + std::to_string(digits) + "f";
  cursor.at += digits;
}

void scan_fraction(TimeCursor& cursor) {
  const char separator = cursor.peek();
  if (separator != '.' && separator != ',') return;
  const std::size_t digits = cursor.digits_ahead(1);
  if (digits < 1 || digits > kNanosDigits) return;
  ++cursor.at;
  set_fraction(cursor, digits, separator);
}

// "8:14:2:6" of 6 ms: a number, not a decimal fraction.
void scan_colon_milliseconds(TimeCursor& cursor) {
  TimeCursor attempt = cursor;
  int milliseconds = 0;
  if (attempt.peek() != ':') return;
  ++attempt.at;
  if (!attempt.number(1, 3, milliseconds)) return;
  attempt.parts.nanos = milliseconds * 1'000'000;
  attempt.parts.fraction_digits = 3;
  attempt.layout += ":%L";
  cursor = std::move(attempt);
}

bool scan_half_day(TimeCursor& cursor) {
  TimeCursor attempt = cursor;
  if (attempt.peek() == ' ') attempt.take(" ");
  const char half = static_cast<char>(attempt.peek() | 0x20);
  if ((half != 'a' && half != 'p') || (attempt.peek(1) | 0x20) != 'm') return true;
  if (TimeCursor::is_letter(attempt.peek(2)) || TimeCursor::is_digit(attempt.peek(2))) return true;
  int hour = *attempt.parts.hour;
  if (hour < 1 || hour > 12) return false;
  attempt.parts.hour = hour % 12 + (half == 'p' ? 12 : 0);
  attempt.at += 2;
  attempt.layout += "%p";
  if (const auto place = attempt.layout.find("%H"); place != std::string::npos) attempt.layout.replace(place, 2, "%I");
  cursor = std::move(attempt);
  return true;
}

bool is_clock(const TimeParts& parts) {
  return *parts.hour <= 23 && parts.minute <= 59 && parts.second.value_or(0) <= 60;
}

bool packed_clock(TimeCursor& cursor) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (cursor.digits_ahead() != 6) return false;
  if (!cursor.fixed_number(2, hour) || !cursor.fixed_number(2, minute) || !cursor.fixed_number(2, second)) return false;
  cursor.parts.hour = hour;
  cursor.parts.minute = minute;
  cursor.parts.second = second;
  cursor.layout += "%H%M%S";
  scan_fraction(cursor);
  return is_clock(cursor.parts);
}

bool take_second(TimeCursor& cursor, std::string_view separator) {
  TimeCursor attempt = cursor;
  int second = 0;
  if (!attempt.take(separator) || !attempt.number(1, 2, second)) return false;
  attempt.parts.second = second;
  attempt.layout += "%S";
  cursor = std::move(attempt);
  return true;
}

bool separated_clock(TimeCursor& cursor, std::string_view separator, bool seconds_required) {
  int hour = 0;
  int minute = 0;
  if (!cursor.number(1, 2, hour)) return false;
  cursor.parts.hour = hour;
  cursor.layout += "%H";
  if (!cursor.take(separator) || !cursor.number(1, 2, minute)) return false;
  cursor.parts.minute = minute;
  cursor.layout += "%M";
  if (take_second(cursor, separator)) {
    scan_fraction(cursor);
    if (cursor.packed_date && cursor.parts.fraction_digits == 0) scan_colon_milliseconds(cursor);
  } else if (seconds_required) {
    return false;
  }
  return scan_half_day(cursor) && is_clock(cursor.parts);
}

bool scan_numeric_zone(TimeCursor& cursor, bool short_form) {
  TimeCursor attempt = cursor;
  const char sign = attempt.peek();
  int hours = 0;
  int minutes = 0;
  if (sign != '+' && sign != '-') return false;
  ++attempt.at;
  if (!attempt.fixed_number(2, hours) || hours > kWidestZoneHours) return false;
  const bool colon = attempt.peek() == ':' && attempt.digits_ahead(1) == 2;
  if (colon) ++attempt.at;
  if (colon || attempt.digits_ahead() == 2) {
    if (!attempt.fixed_number(2, minutes) || minutes > 59) return false;
  } else if (!short_form || attempt.digits_ahead() != 0) {
    return false;
  }
  if (TimeCursor::is_digit(attempt.peek()) || TimeCursor::is_letter(attempt.peek())) return false;
  attempt.parts.zone_minutes = (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
  attempt.layout += "%z";
  attempt.ambiguous = cursor.ambiguous;
  cursor = std::move(attempt);
  return true;
}

// What browsers add: "GMT+0100 (GMT Daylight Time)".
void skip_zone_comment(TimeCursor& cursor) {
  if (!cursor.rest().starts_with(" (")) return;
  const std::size_t end = cursor.rest().find(')');
  constexpr std::size_t kLongestComment = 48;
  if (end == std::string_view::npos || end > kLongestComment) return;
  for (const char c : cursor.rest().substr(2, end - 2)) {
    if (!TimeCursor::is_letter(c) && c != ' ') return;
  }
  cursor.at += end + 1;
}

bool scan_named_zone(TimeCursor& cursor) {
  const auto zone = zone_at(cursor.rest());
  if (!zone) return false;
  cursor.at += zone->length;
  TimeCursor with_offset = cursor;
  if (scan_numeric_zone(with_offset, true)) {
    with_offset.layout.insert(with_offset.layout.size() - 2, "%Z");
    skip_zone_comment(with_offset);
    cursor = std::move(with_offset);
    return true;
  }
  cursor.parts.zone_minutes = zone->minutes;
  cursor.ambiguous |= zone->ambiguous;
  cursor.layout += "%Z";
  return true;
}

}  // namespace

bool scan_clock(TimeCursor& cursor, bool seconds_required) {
  TimeCursor attempt = cursor;
  if (cursor.packed_date && packed_clock(attempt)) {
    cursor = std::move(attempt);
    return true;
  }
  const std::size_t hour_digits = cursor.digits_ahead();
  const std::string_view separator = cursor.peek(hour_digits) == '.' ? "." : ":";
  attempt = cursor;
  if (!separated_clock(attempt, separator, seconds_required || separator == ".")) return false;
  cursor = std::move(attempt);
  return true;
}

void scan_zone(TimeCursor& cursor) {
  if (cursor.peek() == 'Z' && !TimeCursor::is_letter(cursor.peek(1)) && !TimeCursor::is_digit(cursor.peek(1))) {
    ++cursor.at;
    cursor.layout += "%z";
    cursor.parts.zone_minutes = 0;
    return;
  }
  if (scan_numeric_zone(cursor, /*short_form=*/true) || scan_named_zone(cursor)) return;
  TimeCursor behind_space = cursor;
  if (!behind_space.take(" ")) return;
  if (scan_numeric_zone(behind_space, /*short_form=*/false) || scan_named_zone(behind_space)) {
    cursor = std::move(behind_space);
  }
}

}  // namespace oc::formats
