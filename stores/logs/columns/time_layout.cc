#include "stores/logs/columns/time_layout.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/number_text.h"
#include "stores/logs/columns/short_text.h"

namespace oc::stores::columns {

namespace {

constexpr std::string_view kFields = "YMDhmsf";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::size_t kMaxFraction = 9;

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

constexpr auto kIsField = [] {
  std::array<bool, 256> table{};
  for (const char c : kFields) table[static_cast<unsigned char>(c)] = true;
  return table;
}();
constexpr bool is_field(char in_pattern) { return kIsField[static_cast<unsigned char>(in_pattern)]; }

bool stands(char c, char in_pattern) {
  if (is_field(in_pattern)) return is_digit(c);
  return in_pattern == 'b' ? is_letter(c) : c == in_pattern;
}

// Where a pattern has digits and what stands between them; a month's name may be anything here.
constexpr DigitPattern digits_of_pattern(std::string_view pattern) {
  std::array<char, DigitPattern::kMostBytes> digits{};
  for (std::size_t i = 0; i < pattern.size(); ++i)
    digits[i] = is_field(pattern[i]) ? 'D' : pattern[i] == 'b' ? '?' : pattern[i];
  return DigitPattern({digits.data(), pattern.size()});
}

struct KnownLayout {
  std::string_view pattern;
  std::size_t month_name;  // npos: none
  DigitPattern digits;

  constexpr explicit KnownLayout(std::string_view text)
      : pattern(text), month_name(text.find("bbb")), digits(digits_of_pattern(text)) {}
  bool begins(std::string_view text) const {
    if (text.size() < pattern.size() || !digits.begins(text.data())) return false;
    return month_name == pattern.npos || std::ranges::all_of(text.substr(month_name, 3), is_letter);
  }
};
constexpr KnownLayout kLayouts[] = {KnownLayout("YYYY-MM-DDThh:mm:ss"), KnownLayout("YYYY-MM-DD hh:mm:ss"),
                                    KnownLayout("YYYY/MM/DD hh:mm:ss"), KnownLayout("DD/bbb/YYYY:hh:mm:ss"),
                                    KnownLayout("hh:mm:ss")};

std::size_t fraction_length(std::string_view rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',')) return 0;
  std::size_t digits = 0;
  while (digits + 1 < rest.size() && is_digit(rest[digits + 1])) ++digits;
  return digits >= 1 && digits <= kMaxFraction ? digits + 1 : 0;
}

unsigned number_at(std::string_view text, std::size_t at, std::size_t digits) {
  unsigned value = 0;
  for (std::size_t i = 0; i < digits; ++i) value = value * 10 + static_cast<unsigned>(text[at + i] - '0');
  return value;
}

// Years whose nanoseconds fit into 64 bits.
constexpr int kFirstYear = 1678, kLastYear = 2261;
// The days of years of four digits.
constexpr std::int64_t kFirstDay = -719'528, kLastDay = 2'932'896;

}  // namespace

std::size_t time_length(std::string_view text) {
  if (!may_be_time(text)) return 0;
  for (const KnownLayout& layout : kLayouts) {
    if (!layout.begins(text)) continue;
    std::size_t length = layout.pattern.size();
    length += fraction_length(text.substr(length));
    if (text.substr(length).starts_with('Z')) ++length;
    return length;
  }
  return 0;
}

std::optional<TimeLayout> TimeLayout::of(std::string_view example) {
  if (time_length(example) != example.size() || example.empty()) return {};
  const auto* layout = std::ranges::find_if(kLayouts, [&](const KnownLayout& known) { return known.begins(example); });
  std::string pattern(layout->pattern);
  for (const char c : example.substr(pattern.size())) pattern += is_digit(c) ? 'f' : c;
  return from_pattern(pattern);
}

std::optional<TimeLayout> TimeLayout::from_pattern(std::string_view pattern) {
  TimeLayout layout;
  if (pattern.size() > kMaxPattern) return {};
  layout.pattern_ = pattern;
  if (!layout.locate_fields()) return {};
  return layout;
}

bool TimeLayout::locate_fields() {
  struct Field {
    std::size_t& at;
    std::string_view letters;
  };
  for (const Field& field : {Field{year_, "YYYY"}, Field{month_, "MM"}, Field{month_name_, "bbb"}, Field{day_, "DD"},
                             Field{hour_, "hh"}, Field{minute_, "mm"}, Field{second_, "ss"}})
    field.at = pattern_.find(field.letters);
  for (std::size_t i = 0; i < pattern_.size(); ++i) is_digit_[i] = is_field(pattern_[i]);
  fraction_ = pattern_.find('f');
  fraction_digits_ = static_cast<unsigned>(std::ranges::count(pattern_, 'f'));
  if (fraction_digits_ > kMaxFraction) return false;
  if (fraction_ != kNone && pattern_.substr(fraction_, fraction_digits_) != std::string(fraction_digits_, 'f'))
    return false;
  const bool whole_date = year_ != kNone && day_ != kNone && (month_ == kNone) != (month_name_ == kNone);
  const bool no_date = year_ == kNone && day_ == kNone && month_ == kNone && month_name_ == kNone;
  if (hour_ == kNone || minute_ == kNone || second_ == kNone || (!whole_date && !no_date)) return false;
  for (const std::size_t before : {year_, month_, month_name_, day_, hour_, minute_})
    if (before != kNone && before > second_) return false;
  unit_ns_ = static_cast<std::int64_t>(kPowersOfTen[kMaxFraction - fraction_digits_]);
  return fraction_ == kNone || fraction_ > second_;
}

bool TimeLayout::may_stand(std::string_view piece, std::size_t at) const {
  for (std::size_t i = 0; i < piece.size(); ++i)
    if (is_digit_[at + i] ? !is_digit(piece[i]) : !stands(piece[i], pattern_[at + i])) return false;
  return true;
}

std::optional<std::int64_t> TimeParser::parse_minute(std::string_view text) const {
  const unsigned hour = number_at(text, layout_.hour_, 2), minute = number_at(text, layout_.minute_, 2);
  if (hour > 23 || minute > 59) return {};
  std::int64_t days = 0;
  if (layout_.has_date()) {
    unsigned month = 0;
    if (layout_.month_ != TimeLayout::kNone) {
      month = number_at(text, layout_.month_, 2);
    } else {
      const std::size_t at = kMonths.find(text.substr(layout_.month_name_, 3));
      if (at == kMonths.npos || at % 3 != 0) return {};
      month = static_cast<unsigned>(at / 3 + 1);
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(number_at(text, layout_.year_, 4))),
                                           std::chrono::month(month),
                                           std::chrono::day(number_at(text, layout_.day_, 2))};
    if (!date.ok() || static_cast<int>(date.year()) < kFirstYear || static_cast<int>(date.year()) > kLastYear)
      return {};
    days = std::chrono::sys_days(date).time_since_epoch().count();
  }
  return (days * 1440 + hour * 60 + minute) * 60 * layout_.units_a_second();
}

TimeParser::TimeParser(const TimeLayout& layout) : layout_(layout), digits_(digits_of_pattern(layout.pattern_)) {}

std::optional<std::int64_t> TimeParser::parse(std::string_view text) {
  if (text.size() != layout_.pattern_.size() || !digits_.begins(text.data())) return {};
  const std::string_view up_to_minute = text.substr(0, layout_.second_);
  if (!same_text(minute_text_, up_to_minute)) {
    const auto units = parse_minute(text);
    if (!units) return {};
    minute_text_ = up_to_minute;
    minute_units_ = *units;
  }
  const unsigned second = number_at(text, layout_.second_, 2);
  if (second > 59) return {};
  const unsigned fraction =
      layout_.fraction_digits_ == 0 ? 0 : number_at(text, layout_.fraction_, layout_.fraction_digits_);
  return minute_units_ + second * layout_.units_a_second() + fraction;
}

void TimeWriter::write_minute(std::int64_t minutes) {
  const std::int64_t day = std::clamp(floor_divide(minutes, 1440), kFirstDay, kLastDay);
  const auto of_day = static_cast<std::uint64_t>(minutes - floor_divide(minutes, 1440) * 1440);
  if (layout_.has_date()) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    const unsigned month = static_cast<unsigned>(date.month());
    write_digits(&text_[layout_.year_], static_cast<unsigned>(static_cast<int>(date.year())), 4);
    write_digits(&text_[layout_.day_], static_cast<unsigned>(date.day()), 2);
    if (layout_.month_ != TimeLayout::kNone)
      write_digits(&text_[layout_.month_], month, 2);
    else
      std::ranges::copy(kMonths.substr(std::size_t{month} * 3 - 3, 3),
                        text_.begin() + static_cast<std::ptrdiff_t>(layout_.month_name_));
  }
  write_digits(&text_[layout_.hour_], of_day / 60, 2);
  write_digits(&text_[layout_.minute_], of_day % 60, 2);
}

void TimeWriter::write_second(std::int64_t units) {
  const std::int64_t seconds = floor_divide(units, layout_.units_a_second());
  const std::int64_t minutes = floor_divide(seconds, 60);
  if (minutes != minutes_) {
    write_minute(minutes);
    minutes_ = minutes;
  }
  write_digits(&text_[layout_.second_], static_cast<std::uint64_t>(seconds - minutes * 60), 2);
  second_units_ = static_cast<std::uint64_t>(seconds) * static_cast<std::uint64_t>(layout_.units_a_second());
}

char* TimeWriter::write(char* to, std::int64_t units) {
  const auto a_second = static_cast<std::uint64_t>(layout_.units_a_second());
  if (static_cast<std::uint64_t>(units) - second_units_ >= a_second) write_second(units);
  std::memcpy(to, text_.data(), text_.size());
  if (layout_.fraction_digits_ != 0)
    write_digits(to + layout_.fraction_, static_cast<std::uint64_t>(units) - second_units_, layout_.fraction_digits_);
  return to + text_.size();
}

}  // namespace oc::stores::columns
