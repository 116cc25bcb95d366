// Times of one layout follow each other within the same minute mostly: then only their seconds are read.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace oc::collector {

class MinuteMemo {
 public:
  // Where the seconds of a text stand, their fraction included.
  struct Seconds {
    std::size_t begin = 0, end = 0;
  };
  // Nothing where text before or behind the seconds is not that of the last time, which was of the same `layout`.
  // `fraction`: what that of the seconds takes with its point; 0: it may take any, or not be there.
  std::optional<Nanos> recall(std::uint64_t layout, std::string_view text, std::size_t fraction) const;
  // `seconds_ns`: what of `time_ns` was read there.
  void remember(std::uint64_t layout, std::string_view text, Seconds seconds, Nanos time_ns, Nanos seconds_ns);

 private:
  static constexpr std::size_t kMostText = 48;  // longer ones are read each time
  std::uint64_t layout_ = 0;
  Nanos minute_ns_ = 0;
  std::size_t before_ = 0, behind_ = 0;
  std::array<char, kMostText> text_{};  // what is before the seconds, then what is behind
};

// Two digits from the front. False: they are not there.
bool take_two_digits(std::string_view& rest, int& out);

}  // namespace oc::collector
