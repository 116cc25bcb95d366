#include "collector/operators/minute_memo.h"

#include <algorithm>

#include "formats/go_time_reader.h"

namespace oc::collector {

namespace {
constexpr Nanos kSecond = 1'000'000'000;
bool is_digit(char c) { return c >= '0' && c <= '9'; }
}  // namespace

bool take_two_digits(std::string_view& rest, int& out) {
  if (rest.size() < 2 || !is_digit(rest[0]) || !is_digit(rest[1])) return false;
  out = (rest[0] - '0') * 10 + (rest[1] - '0');
  rest.remove_prefix(2);
  return true;
}

std::optional<Nanos> MinuteMemo::recall(std::uint64_t layout, std::string_view text, std::size_t fraction) const {
  if (layout != layout_ || !text.starts_with(std::string_view(text_.data(), before_))) return std::nullopt;
  text.remove_prefix(before_);
  int seconds = 0;
  if (!take_two_digits(text, seconds) || seconds > 59) return std::nullopt;
  const auto from = text.size();
  const Nanos nanos = formats::take_fraction(text);
  if (fraction > 0 && from - text.size() != fraction) return std::nullopt;
  if (text != std::string_view(text_.data() + before_, behind_)) return std::nullopt;
  return minute_ns_ + seconds * kSecond + nanos;
}

void MinuteMemo::remember(std::uint64_t layout, std::string_view text, Seconds seconds, Nanos time_ns,
                          Nanos seconds_ns) {
  const auto before = text.substr(0, seconds.begin), behind = text.substr(seconds.end);
  if (before.size() + behind.size() > kMostText) return;
  layout_ = layout;
  minute_ns_ = time_ns - seconds_ns;
  before_ = before.size();
  behind_ = behind.size();
  std::ranges::copy(behind, std::ranges::copy(before, text_.begin()).out);
}

}  // namespace oc::collector
