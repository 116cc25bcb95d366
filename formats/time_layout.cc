#include "formats/time_layout.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/clock_scan.h"
#include "formats/epoch_scan.h"
#include "formats/time_cursor.h"
#include "formats/time_names.h"

namespace oc::formats {
namespace {

constexpr std::string_view kLetters = "YymdebBjaAHIMSpLfzZFTDR%";
constexpr std::array<std::string_view, 7> kNumberWords = {"epoch_s",  "epoch_s_float", "epoch_ms", "epoch_us",
                                                          "epoch_ns", "uptime_s",      "tai64n"};

struct Letter {
  char letter = '\0';
  std::size_t fraction_digits = 0;  // of %7f
  std::size_t length = 0;           // in the layout, the per cent sign included
};

std::optional<Letter> letter_at(std::string_view layout) {
  if (layout.size() < 2) return std::nullopt;
  if (layout.size() >= 3 && layout[1] >= '1' && layout[1] <= '9' && layout[2] == 'f') {
    return Letter{'f', static_cast<std::size_t>(layout[1] - '0'), 3};
  }
  if (kLetters.find(layout[1]) == std::string_view::npos) return std::nullopt;
  return Letter{layout[1], layout[1] == 'L' ? 3U : 6U, 2};
}

// Digits of a part are fixed where the next letter follows at once, as in %Y%m%d.
bool read_number(TimeCursor& cursor, std::size_t most, bool packed, int& value) {
  return packed ? cursor.fixed_number(most, value) : cursor.number(1, most, value);
}

bool read_part(TimeCursor& cursor, std::optional<int>& part, std::size_t most, bool packed) {
  int value = 0;
  if (!read_number(cursor, most, packed, value)) return false;
  part = value;
  return true;
}

bool read_fraction(TimeCursor& cursor, std::size_t digits) {
  if (cursor.digits_ahead() != digits) return false;
  std::int32_t nanos = 0;
  for (std::size_t i = 0; i < 9; ++i) nanos = nanos * 10 + (i < digits ? cursor.peek(i) - '0' : 0);
  cursor.at += digits;
  cursor.parts.nanos = nanos;
  cursor.parts.fraction_digits = static_cast<int>(digits);
  return true;
}

bool read_month_name(TimeCursor& cursor) {
  const auto name = month_at(cursor.rest());
  if (!name) return false;
  cursor.parts.month = name->month;
  cursor.at += name->length;
  return true;
}

bool read_zone(TimeCursor& cursor) {
  const std::size_t before = cursor.at;
  scan_zone(cursor);
  return cursor.at > before;
}

bool read_half_day(TimeCursor& cursor) {
  const char half = static_cast<char>(cursor.peek() | 0x20);
  if ((half != 'a' && half != 'p') || (cursor.peek(1) | 0x20) != 'm' || !cursor.parts.hour) return false;
  if (*cursor.parts.hour < 1 || *cursor.parts.hour > 12) return false;
  cursor.parts.hour = *cursor.parts.hour % 12 + (half == 'p' ? 12 : 0);
  cursor.at += 2;
  return true;
}

bool read_day_of_year(TimeCursor& cursor) {
  int day = 0;
  if (!cursor.fixed_number(3, day) || day < 1 || day > 366 || !cursor.parts.year) return false;
  TimeParts january;
  january.year = cursor.parts.year;
  january.month = january.day = 1;
  january.hour = 0;
  constexpr Nanos kDay = 86'400'000'000'000;
  const auto start = to_unix_nanos(january);
  if (!start) return false;
  const TimeParts date = from_unix_nanos(*start + (day - 1) * kDay, 0);
  cursor.parts.month = date.month;
  cursor.parts.day = date.day;
  return date.year == cursor.parts.year;
}

bool read_layout(TimeCursor& cursor, std::string_view layout);

bool read_letter(TimeCursor& cursor, const Letter& letter, bool packed) {
  TimeParts& parts = cursor.parts;
  switch (letter.letter) {
    case 'Y':
      return read_part(cursor, parts.year, 4, true);
    case 'y':
      if (!read_part(cursor, parts.year, 2, true)) return false;
      parts.year = *parts.year + 2000;
      return true;
    case 'm':
      return read_part(cursor, parts.month, 2, packed);
    case 'e':
      if (cursor.peek() == ' ') ++cursor.at;
      return read_part(cursor, parts.day, 2, packed);
    case 'd':
      return read_part(cursor, parts.day, 2, packed);
    case 'b':
    case 'B':
      return read_month_name(cursor);
    case 'j':
      return read_day_of_year(cursor);
    case 'a':
    case 'A': {
      const auto weekday = weekday_at(cursor.rest());
      cursor.at += weekday ? weekday->length : 0;
      return weekday.has_value();
    }
    case 'H':
    case 'I':
      return read_part(cursor, parts.hour, 2, packed);
    case 'M':
      return read_number(cursor, 2, packed, parts.minute);
    case 'S':
      return read_part(cursor, parts.second, 2, packed);
    case 'p':
      return read_half_day(cursor);
    case 'L':
    case 'f':
      return read_fraction(cursor, letter.fraction_digits);
    case 'z':
    case 'Z':
      return read_zone(cursor);
    case 'F':
      return read_layout(cursor, "%Y-%m-%d");
    case 'T':
      return read_layout(cursor, "%H:%M:%S");
    case 'D':
      return read_layout(cursor, "%m/%d/%y");
    case 'R':
      return read_layout(cursor, "%H:%M");
    default:
      if (cursor.peek() != '%') return false;
      ++cursor.at;
      return true;
  }
}

bool read_layout(TimeCursor& cursor, std::string_view layout) {
  while (!layout.empty()) {
    const auto letter = layout[0] == '%' ? letter_at(layout) : std::nullopt;
    if (letter) {
      layout.remove_prefix(letter->length);
      if (!read_letter(cursor, *letter, layout.starts_with('%'))) return false;
    } else {
      if (cursor.peek() != layout[0] || cursor.done()) return false;
      ++cursor.at;
      layout.remove_prefix(1);
    }
  }
  return true;
}

bool is_real(const TimeParts& parts) {
  if (parts.has_date() && !is_calendar_date(parts)) return false;
  return parts.hour.value_or(0) <= 23 && parts.minute <= 59 && parts.second.value_or(0) <= 60;
}

bool is_number_word(std::string_view layout) { return std::ranges::find(kNumberWords, layout) != kNumberWords.end(); }

std::optional<TimeParts> parse_number(std::string_view text, std::string_view layout) {
  TimeCursor cursor{.text = text};
  const bool fits = layout == "uptime_s" ? scan_uptime(cursor)
                    : layout == "tai64n" ? scan_tai64n(cursor)
                                         : scan_epoch(cursor);
  // A float may happen to have no fraction.
  const bool same = cursor.layout == layout || (layout == "epoch_s_float" && cursor.layout == "epoch_s");
  if (!fits || !cursor.done() || !same) return std::nullopt;
  return cursor.parts;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

}  // namespace

std::optional<TimeParts> parse_time(std::string_view text, std::string_view layout) {
  if (is_number_word(layout)) return parse_number(text, layout);
  TimeCursor cursor{.text = text};
  if (!read_layout(cursor, layout) || !cursor.done() || !is_real(cursor.parts)) return std::nullopt;
  return cursor.parts;
}

Status check_time_layout(std::string_view layout) {
  if (is_number_word(layout)) return {};
  for (std::size_t at = layout.find('%'); at != std::string_view::npos;) {
    const auto letter = letter_at(layout.substr(at));
    if (!letter) {
      return permanent("time layout '" + std::string(layout) + "': '" + std::string(layout.substr(at, 2)) +
                           "' is not a known letter",
                       "use strptime letters such as %Y-%m-%dT%H:%M:%S.%L%z, or epoch_s, epoch_ms, epoch_us, epoch_ns");
    }
    at = layout.find('%', at + letter->length);
  }
  return {};
}

std::string layout_family(std::string_view layout) {
  if (layout.starts_with("epoch_s")) return "epoch_s";
  std::string family;
  while (!layout.empty()) {
    const auto letter = layout[0] == '%' ? letter_at(layout) : std::nullopt;
    if (letter && (letter->letter == 'f' || letter->letter == 'L')) {
      if (!family.empty()) family.pop_back();  // its point or comma
    } else if (!letter || (letter->letter != 'z' && letter->letter != 'Z')) {
      family += layout.substr(0, letter ? letter->length : 1);
    }
    layout.remove_prefix(letter ? letter->length : 1);
  }
  replace_all(family, "%e", "%d");
  while (family.ends_with(' ')) family.pop_back();
  return family;
}

}  // namespace oc::formats
