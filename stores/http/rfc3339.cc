#include "stores/http/rfc3339.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

namespace oc::stores {

namespace {

// Reads fixed fields from the left; a failed read fails all that follow.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits || rest_[0] == '-') return fail();
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + digits, value);
    if (error != std::errc() || end != rest_.data() + digits) return fail();
    rest_.remove_prefix(digits);
    return value;
  }

  // One or two digits.
  int short_number() { return number(rest_.size() > 1 && rest_[1] >= '0' && rest_[1] <= '9' ? 2 : 1); }

  char one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_[0]) == std::string_view::npos) {
      fail();
      return 0;
    }
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  Nanos fraction() {
    if (!rest_.starts_with('.') && !rest_.starts_with(',')) return 0;
    rest_.remove_prefix(1);
    if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return fail();
    Nanos value = 0;
    for (Nanos unit = 100'000'000; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; unit /= 10) {
      value += unit * (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  bool done() const { return ok_ && rest_.empty(); }

 private:
  int fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::optional<Nanos> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  FieldReader fields(text);
  const year y{fields.number(4)};
  fields.one_of("-");
  const month m{static_cast<unsigned>(fields.number(2))};
  fields.one_of("-");
  const day d{static_cast<unsigned>(fields.number(2))};
  fields.one_of("T");
  const int hour = fields.short_number();  // Go takes "T1:00:00Z", too
  fields.one_of(":");
  const int minute = fields.number(2);
  fields.one_of(":");
  const int second = fields.number(2);
  const Nanos fraction = fields.fraction();
  const char sign = fields.one_of("Z+-");
  int offset_minutes = 0;
  if (sign == '+' || sign == '-') {
    offset_minutes = fields.number(2) * 60;
    fields.one_of(":");
    offset_minutes += fields.number(2);
  }
  const year_month_day date{y, m, d};
  const bool in_range = date.ok() && hour < 24 && minute < 60 && second < 60;
  if (!fields.done() || !in_range) return std::nullopt;
  const auto shift = minutes(sign == '-' ? -offset_minutes : offset_minutes);
  const sys_seconds time = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) - shift;
  constexpr Nanos kPerSecond = 1'000'000'000;
  constexpr auto kMostSeconds = std::numeric_limits<Nanos>::max() / kPerSecond - 1;
  return std::clamp<Nanos>(time.time_since_epoch().count(), -kMostSeconds, kMostSeconds) * kPerSecond + fraction;
}

}  // namespace oc::stores
