#include "model/rfc3339.h"

#include <chrono>
#include <optional>

#include <fmt/format.h>

namespace oc::model {

namespace {

// Takes the text apart from the left; after the first mismatch every further step fails too.
class Cursor {
 public:
  explicit Cursor(std::string_view rest) : rest_(rest) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (i >= rest_.size() || rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool accept(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_[0]) == std::string_view::npos) return false;
    last_ = rest_[0];
    rest_.remove_prefix(1);
    return true;
  }
  void expect(std::string_view characters) {
    if (!accept(characters)) fail();
  }
  Nanos fraction() {
    Nanos value = 0;
    Nanos unit = 1'000'000'000;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9' && unit > 1) {
      unit /= 10;
      value += (rest_[0] - '0') * unit;
      rest_.remove_prefix(1);
    }
    if (unit == 1'000'000'000) fail();
    return value;
  }
  char last() const { return last_; }
  bool done() const { return !failed_ && rest_.empty(); }

 private:
  int fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  char last_ = 0;
  bool failed_ = false;
};

struct Parts {
  int year, month, day, hour, minute, second;
  Nanos fraction_ns = 0;
  int offset_minutes = 0;
};

std::optional<Parts> split(std::string_view text) {
  Cursor cursor(text);
  Parts parts{};
  parts.year = cursor.digits(4);
  cursor.expect("-");
  parts.month = cursor.digits(2);
  cursor.expect("-");
  parts.day = cursor.digits(2);
  cursor.expect("Tt ");
  parts.hour = cursor.digits(2);
  cursor.expect(":");
  parts.minute = cursor.digits(2);
  cursor.expect(":");
  parts.second = cursor.digits(2);
  if (cursor.accept(".")) parts.fraction_ns = cursor.fraction();
  if (!cursor.accept("Zz")) {
    cursor.expect("+-");
    const int sign = cursor.last() == '-' ? -1 : 1;
    const int hours = cursor.digits(2);
    cursor.expect(":");
    parts.offset_minutes = sign * (hours * 60 + cursor.digits(2));
  }
  return cursor.done() ? std::optional(parts) : std::nullopt;
}

bool in_range(const Parts& parts, const std::chrono::year_month_day& date) {
  return date.ok() && parts.year >= 1678 && parts.year <= 2261 && parts.hour < 24 && parts.minute < 60 &&
         parts.second < 60 && parts.offset_minutes > -24 * 60 && parts.offset_minutes < 24 * 60;
}

}  // namespace

Result<Nanos> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  if (const auto parts = split(text)) {
    const auto date =
        year(parts->year) / month(static_cast<unsigned>(parts->month)) / day(static_cast<unsigned>(parts->day));
    if (in_range(*parts, date)) {
      const auto whole =
          sys_days(date) + hours(parts->hour) + minutes(parts->minute - parts->offset_minutes) + seconds(parts->second);
      return Nanos{duration_cast<nanoseconds>(whole.time_since_epoch()).count() + parts->fraction_ns};
    }
  }
  return permanent(fmt::format("'{}' is not a time", text.substr(0, 64)),
                   "write it by RFC 3339, e.g. 2026-11-23T02:11:09.120Z");
}

}  // namespace oc::model
