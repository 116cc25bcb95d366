// Layouts of times as logs write them: 2025-11-22T08:26:40.000Z, 2025/11/22 08:26:40, 22/Nov/2025:08:26:40,
// 08:26:40.123.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stores/logs/columns/digit_pattern.h"

namespace oc::stores::columns {

// Most that begins with a digit is no time: whether the bytes in which all layouts differ from other things say it may.
inline bool may_be_time(std::string_view text) {
  return text.size() >= 8 && (text[2] == ':' || text[2] == '/' || text[4] == '-' || text[4] == '/');
}
// How many bytes at the begin of `text` look like a time of a layout known here; 0: none.
std::size_t time_length(std::string_view text);

// A pattern has YYYY, MM or bbb (the month's name), DD, hh, mm, ss and any number of f where these digits stand; all
// else stands for itself.
class TimeLayout {
 public:
  static std::optional<TimeLayout> of(std::string_view example);
  static std::optional<TimeLayout> from_pattern(std::string_view pattern);

  const std::string& pattern() const { return pattern_; }
  bool has_date() const { return year_ != kNone; }
  std::int64_t unit_ns() const { return unit_ns_; }
  std::int64_t units_a_second() const { return 1'000'000'000 / unit_ns_; }
  std::int64_t units_a_day() const { return 86'400 * units_a_second(); }
  // Whether `piece` could be what a time of this layout has from `at` on.
  bool may_stand(std::string_view piece, std::size_t at) const;

 private:
  friend class TimeParser;
  friend class TimeWriter;
  static constexpr std::size_t kNone = std::string::npos;
  static constexpr std::size_t kMaxPattern = DigitPattern::kMostBytes;
  bool locate_fields();

  std::string pattern_;
  std::array<bool, kMaxPattern> is_digit_{};
  std::size_t year_ = kNone, month_ = kNone, month_name_ = kNone, day_ = kNone;
  std::size_t hour_ = kNone, minute_ = kNone, second_ = kNone, fraction_ = kNone;
  unsigned fraction_digits_ = 0;
  std::int64_t unit_ns_ = 1'000'000'000;
};

// Neighbouring times mostly share all but seconds, or fractions: both classes keep what the last one had up to there.
class TimeParser {
 public:
  // The layout is one that TimeLayout::of gave.
  explicit TimeParser(const TimeLayout& layout);
  // Units since 1970, or since midnight without a date. Nullopt: TimeWriter would not write the same text.
  std::optional<std::int64_t> parse(std::string_view text);

 private:
  std::optional<std::int64_t> parse_minute(std::string_view text) const;
  const TimeLayout& layout_;
  DigitPattern digits_;
  std::string minute_text_;
  std::int64_t minute_units_ = 0;
};

class TimeWriter {
 public:
  explicit TimeWriter(const TimeLayout& layout) : layout_(layout), text_(layout.pattern_) {}
  // Returns the end. Any number of units writes some text of the pattern's length.
  char* write(char* to, std::int64_t units);

 private:
  // Keeps the text up to there.
  void write_second(std::int64_t units);
  void write_minute(std::int64_t minutes);
  const TimeLayout& layout_;
  std::string text_;
  std::int64_t minutes_ = INT64_MIN;
  std::uint64_t second_units_ = static_cast<std::uint64_t>(INT64_MIN);
};

inline std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - static_cast<std::int64_t>(value % by < 0);
}

}  // namespace oc::stores::columns
