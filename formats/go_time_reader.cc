#include "formats/go_time_reader.h"

#include <algorithm>

namespace oc::formats {

namespace {

using ReadPart = TimePiece::Part;

constexpr std::array<std::string_view, 12> kMonthNames = {"January",   "February", "March",    "April",
                                                          "May",       "June",     "July",     "August",
                                                          "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdayNames = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                           "Thursday", "Friday", "Saturday"};
constexpr std::size_t kShortName = 3;

bool is_time_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// Takes a name, whatever its case; `letters` of each, 0: all.
template <std::size_t count>
bool take_name(std::string_view& rest, const std::array<std::string_view, count>& names, std::size_t letters,
               int& out) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = letters > 0 ? names[i].substr(0, letters) : names[i];
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    if (rest.size() < name.size() || !std::ranges::equal(rest.substr(0, name.size()), name, same)) continue;
    out = static_cast<int>(i) + 1;
    rest.remove_prefix(name.size());
    return true;
  }
  return false;
}

int two_digits(std::string_view text) {
  return is_time_digit(text[0]) && is_time_digit(text[1]) ? (text[0] - '0') * 10 + (text[1] - '0') : -1;
}

// "+3", "-12" behind GMT: at most 23 hours; its size.
std::size_t gmt_offset_size(std::string_view text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
  std::size_t size = 1;
  int hours = 0;
  while (size < text.size() && size < 4 && is_time_digit(text[size])) hours = hours * 10 + (text[size++] - '0');
  return size > 1 && hours <= 23 ? size : 0;
}

}  // namespace

bool TimeReader::read(const TimePiece& piece, bool fraction_follows) {
  if (piece.part == ReadPart::kText) return text(piece.text);
  if (piece.part == ReadPart::kZoneName) return zone_name();
  if (piece.part == ReadPart::kOffset) return offset(piece.text);
  return piece.part < ReadPart::kHour ? date_part(piece) : clock_part(piece, fraction_follows);
}

bool TimeReader::date_part(const TimePiece& piece) {
  switch (piece.part) {
    case ReadPart::kYear:
      return digits(4, 4, read_.year);
    case ReadPart::kAnyYear:
      if (digits(4, 4, read_.year)) return true;
      [[fallthrough]];
    case ReadPart::kShortYear:
      if (!digits(2, 2, read_.year)) return false;
      read_.year += read_.year >= 69 ? 1900 : 2000;  // as Go
      return true;
    case ReadPart::kMonth:
      return digits(2, 2, read_.month);
    case ReadPart::kMonthNumber:
      return digits(1, 2, read_.month);
    case ReadPart::kBlankMonth:
      return blank() && digits(1, 2, read_.month);
    case ReadPart::kMonthName:
      return take_name(rest_, kMonthNames, kShortName, read_.month);
    case ReadPart::kLongMonthName:
      return take_name(rest_, kMonthNames, 0, read_.month);
    case ReadPart::kDay:
      return digits(2, 2, read_.day);
    case ReadPart::kDayNumber:
      return digits(1, 2, read_.day);
    case ReadPart::kBlankDay:
      return blank() && digits(1, 2, read_.day);
    case ReadPart::kDayOfYear:
      return digits(3, 3, read_.day_of_year);
    case ReadPart::kBlankDayOfYear:
      return blank() && blank() && digits(1, 3, read_.day_of_year);
    case ReadPart::kWeekday:
      return take_name(rest_, kWeekdayNames, kShortName, ignored_);
    default:
      return take_name(rest_, kWeekdayNames, 0, ignored_);
  }
}

bool TimeReader::clock_part(const TimePiece& piece, bool fraction_follows) {
  switch (piece.part) {
    case ReadPart::kHour:
      return digits(1, 2, read_.hour);
    case ReadPart::kHour12:
      return digits(2, 2, read_.hour) && read_.hour <= 12;
    case ReadPart::kHour12Number:
      return digits(1, 2, read_.hour) && read_.hour <= 12;
    case ReadPart::kHalfDay:
      return half_day("AM", "PM");
    case ReadPart::kSmallHalfDay:
      return half_day("am", "pm");
    case ReadPart::kMinute:
      return digits(2, 2, read_.minute);
    case ReadPart::kMinuteNumber:
      return digits(1, 2, read_.minute);
    case ReadPart::kSecond:
      return digits(2, 2, read_.second) && (fraction_follows || fraction());
    case ReadPart::kSecondNumber:
      return digits(1, 2, read_.second) && (fraction_follows || fraction());
    case ReadPart::kExactFraction:
      return exact_fraction(piece.text.size());
    default:
      return fraction();
  }
}

bool TimeReader::finish() {
  if (half_day_ == 1 && read_.hour < 12) read_.hour += 12;
  if (half_day_ == 0 && read_.hour == 12) read_.hour = 0;
  return rest_.empty() && read_.hour <= 23 && read_.minute <= 59 && read_.second <= 59;
}

bool TimeReader::text(std::string_view expected) {
  while (!expected.empty()) {
    if (expected[0] != ' ') {
      const auto word = expected.substr(0, expected.find(' '));
      if (!skip(word)) return false;
      expected.remove_prefix(word.size());
      continue;
    }
    if (!rest_.empty() && rest_[0] != ' ') return false;
    expected.remove_prefix(std::min(expected.find_first_not_of(' '), expected.size()));
    rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
  }
  return true;
}

bool TimeReader::skip(std::string_view text) {
  if (!rest_.starts_with(text)) return false;
  rest_.remove_prefix(text.size());
  return true;
}

bool TimeReader::digits(std::size_t least, std::size_t most, int& out) {
  std::size_t count = 0;
  int value = 0;
  while (count < most && count < rest_.size() && is_time_digit(rest_[count]))
    value = value * 10 + (rest_[count++] - '0');
  if (count < least) return false;
  out = value;
  rest_.remove_prefix(count);
  return true;
}

bool TimeReader::half_day(std::string_view morning, std::string_view evening) {
  half_day_ = skip(morning) ? 0 : skip(evening) ? 1 : -1;
  return half_day_ >= 0;
}

// Any number of digits, of which nine count; without it, it is 0.
bool TimeReader::fraction() {
  const auto before = rest_.size();
  const std::int64_t nanos = take_fraction(rest_);
  if (rest_.size() != before) read_.nanos = static_cast<std::int32_t>(nanos);
  return true;
}

bool TimeReader::exact_fraction(std::size_t size) {
  if (rest_.size() < size || (rest_[0] != '.' && rest_[0] != ',')) return false;
  if (!std::ranges::all_of(rest_.substr(1, size - 1), is_time_digit)) return false;
  const auto behind = rest_.substr(size);
  rest_ = rest_.substr(0, size);
  fraction();
  rest_ = behind;
  return true;
}

// Three to five capitals: four end in T, or are WITA; five end in T. Also GMT-8, and names such as +03.
std::size_t TimeReader::zone_name_size() const {
  if (rest_.starts_with("ChST") || rest_.starts_with("MeST")) return 4;
  if (rest_.starts_with("GMT")) return 3 + gmt_offset_size(rest_.substr(3));
  if (rest_.starts_with('+') || rest_.starts_with('-')) return gmt_offset_size(rest_);
  std::size_t size = 0;
  while (size < rest_.size() && size < 6 && is_capital(rest_[size])) ++size;
  const bool ends_in_t = size > 0 && rest_[size - 1] == 'T';
  return size == 3 || (size == 4 && (ends_in_t || rest_.starts_with("WITA"))) || (size == 5 && ends_in_t) ? size : 0;
}

bool TimeReader::zone_name() {
  if (skip("UTC")) return read_.has_offset = true;
  const auto size = zone_name_size();
  if (size == 0) return false;
  read_.zone_name = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

// Exactly as the layout writes it; where that begins with Z, Z is UTC.
bool TimeReader::offset(std::string_view layout) {
  read_.has_offset = true;
  if (layout[0] == 'Z' && skip("Z")) return true;
  if (layout == "Z") return offset(rest_.size() < 5 ? "-07" : rest_[3] == ':' ? "-07:00" : "-0700") || offset("-07");
  if (rest_.size() < layout.size() || (rest_[0] != '+' && rest_[0] != '-')) return false;
  int parts[3] = {0, 0, 0};
  std::size_t at = 1;
  for (auto& part : parts) {
    if (at >= layout.size()) break;
    if (layout[at] == ':' && rest_[at++] != ':') return false;
    part = two_digits(rest_.substr(at, 2));
    if (part < 0) return false;
    at += 2;
  }
  if (parts[0] > 24 || parts[1] > 60 || parts[2] > 60) return false;
  read_.offset_seconds = (rest_[0] == '-' ? -1 : 1) * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
  rest_.remove_prefix(layout.size());
  return true;
}

std::int64_t take_fraction(std::string_view& rest) {
  constexpr int kDigits = 9;
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || !is_time_digit(rest[1])) return 0;
  std::int64_t nanos = 0;
  std::size_t at = 1;
  for (; at < rest.size() && at <= kDigits && is_time_digit(rest[at]); ++at) nanos = nanos * 10 + (rest[at] - '0');
  for (auto digits = at; digits <= kDigits; ++digits) nanos *= 10;
  while (at < rest.size() && is_time_digit(rest[at])) ++at;
  rest.remove_prefix(at);
  return nanos;
}

}  // namespace oc::formats
