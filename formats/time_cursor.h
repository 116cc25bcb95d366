// A position in a line while a timestamp is being read, with the layout and the parts read so far. Copy it to try
// something and go back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "formats/time_parts.h"

namespace oc::formats {

struct TimeCursor {
  std::string_view text;
  std::size_t at = 0;
  std::string layout;  // strptime letters, see time_layout.h
  TimeParts parts;
  bool ambiguous = false;    // day and month, or the zone's name, can be read in two ways
  bool packed_date = false;  // the date was written without separators: so may be the time

  char peek(std::size_t ahead = 0) const { return at + ahead < text.size() ? text[at + ahead] : '\0'; }
  std::string_view rest() const { return text.substr(at); }
  bool done() const { return at >= text.size(); }

  // Takes `expected` and puts it into the layout.
  bool take(std::string_view expected) {
    if (!rest().starts_with(expected)) return false;
    at += expected.size();
    layout += expected;
    return true;
  }

  std::size_t digits_ahead(std::size_t ahead = 0) const {
    std::size_t count = 0;
    while (is_digit(peek(ahead + count))) ++count;
    return count;
  }

  // Takes between `least` and `most` digits with no further digit behind them.
  bool number(std::size_t least, std::size_t most, int& value) {
    const std::size_t count = digits_ahead();
    return count >= least && count <= most && fixed_number(count, value);
  }

  // Takes exactly `count` digits, whatever follows.
  bool fixed_number(std::size_t count, int& value) {
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(peek(i))) return false;
      value = value * 10 + (peek(i) - '0');
    }
    at += count;
    return true;
  }

  // Whether nothing goes on that makes a longer number, name or path of it. "12:31:07:11" is an address or a duration.
  bool ends_like_a_time() const {
    const char next = peek();
    if (is_digit(next) || is_letter(next)) return false;
    return !((next == ':' || next == '.' || next == '-') && is_digit(peek(1)));
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
};

}  // namespace oc::formats
