#include "collector/operators/time_format.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>

#include <date/tz.h>
#include <fmt/format.h>

#include "collector/operators/minute_memo.h"
#include "collector/operators/time_layout.h"
#include "collector/operators/whole_number.h"
#include "formats/go_time_reader.h"

namespace oc::collector {

using formats::TimePiece;
using formats::TimeRead;

namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr std::int64_t kDaySeconds = 86'400, kHourSeconds = 3'600;
constexpr int kFirstYear = 1678, kLastYear = 2261;  // of 64 bits of nanoseconds
constexpr int kAnyLeapYear = 2000;                  // a date without a year may be the 29th of February

bool is_fraction(const TimePiece& piece) {
  return piece.part == TimePiece::Part::kFraction || piece.part == TimePiece::Part::kExactFraction;
}

Result<const date::time_zone*> find_zone(const std::string& location) {
  try {
    return date::locate_zone(location);
  } catch (const std::exception&) {
    return permanent(fmt::format("'{}' is no place of the time zone database", location),
                     "name one such as Europe/Berlin, UTC or Local");
  }
}

// Places of the database that have the name of a zone, such as EST and CET.
const date::time_zone* place_named_as_zone(std::string_view zone) {
  static const auto places = [] {
    std::map<std::string, const date::time_zone*, std::less<>> found;
    for (const auto& place : date::get_tzdb().zones)
      if (place.name().find('/') == std::string::npos) found.emplace(place.name(), &place);
    return found;
  }();
  const auto found = places.find(zone);
  return found == places.end() ? nullptr : found->second;
}

date::sys_seconds seconds_at(std::int64_t seconds) { return date::sys_seconds(std::chrono::seconds(seconds)); }

// As Go's time.Date: where the clock is put back or forward, the offset of before or of behind, whichever it meets.
std::int64_t instant_there(const date::time_zone& place, std::int64_t wall_seconds) {
  auto info = place.get_info(seconds_at(wall_seconds));
  const auto utc = seconds_at(wall_seconds) - info.offset;
  if (utc < info.begin || utc >= info.end) info = place.get_info(utc);
  return wall_seconds - info.offset.count();
}

// The offset that the place has by that name, at that time if it can be, else about then.
std::optional<std::int64_t> offset_by_name(const date::time_zone& place, std::string_view zone,
                                           std::int64_t wall_seconds) {
  constexpr int kChanges = 3;
  auto info = place.get_info(seconds_at(wall_seconds));
  for (int i = 0; i < kChanges && info.begin > seconds_at(INT32_MIN); ++i)
    info = place.get_info(info.begin - std::chrono::seconds(1));
  std::optional<std::int64_t> about_then;
  for (int i = 0; i <= 2 * kChanges; ++i) {
    if (info.abbrev == zone) {
      const auto utc = seconds_at(wall_seconds) - info.offset;
      if (utc >= info.begin && utc < info.end) return info.offset.count();
      about_then = info.offset.count();
    }
    if (info.end > seconds_at(INT64_C(1) << 33)) break;
    info = place.get_info(info.end);
  }
  return about_then;
}

std::int64_t local_instant(std::int64_t wall_seconds) {
  std::time_t wall = wall_seconds;
  std::tm parts{};
  ::gmtime_r(&wall, &parts);
  parts.tm_isdst = -1;
  return ::mktime(&parts);
}

bool is_second(const TimePiece& piece) {
  return piece.part == TimePiece::Part::kSecond || piece.part == TimePiece::Part::kSecondNumber;
}

bool has_two_digits(std::string_view text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// strptime's numbers may have one digit where Go's have two, and %z is written in any way.
void be_lenient(TimePiece& piece) {
  using Part = TimePiece::Part;
  constexpr std::pair<Part, Part> kLenient[] = {
      {Part::kMonth, Part::kBlankMonth},    {Part::kMonthNumber, Part::kBlankMonth},
      {Part::kDay, Part::kBlankDay},        {Part::kDayNumber, Part::kBlankDay},
      {Part::kHour12, Part::kHour12Number}, {Part::kMinute, Part::kMinuteNumber},
      {Part::kSecond, Part::kSecondNumber},
  };
  for (const auto& [strict, lenient] : kLenient)
    if (piece.part == strict) {
      piece.part = lenient;
      return;
    }
  if (piece.text == "Z0700") piece.text = "Z";
}

}  // namespace

Result<TimeFormat> TimeFormat::strptime(std::string_view layout) {
  OC_TRY_ASSIGN(const auto converted, go_layout(layout));
  OC_TRY_ASSIGN(auto made, gotime(converted));
  for (auto& piece : made.pieces_) be_lenient(piece);
  return made;
}

Result<TimeFormat> TimeFormat::gotime(std::string_view layout) { return TimeFormat(layout); }

TimeFormat::TimeFormat(std::string_view go_layout)
    : pieces_(formats::time_pieces(go_layout)), ends_in_z_(go_layout.ends_with('Z')) {
  static std::atomic<std::uint64_t> last = 0;
  number_ = ++last;
  const auto count = [&](TimePiece::Part part) { return std::ranges::count(pieces_, part, &TimePiece::part); };
  has_plain_seconds_ = std::ranges::count_if(pieces_, is_second) == 1 && count(TimePiece::Part::kZoneName) == 0;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (!is_fraction(pieces_[i])) continue;
    if (i == 0 || !is_second(pieces_[i - 1])) has_plain_seconds_ = false;
    if (pieces_[i].part == TimePiece::Part::kExactFraction) exact_fraction_ = pieces_[i].text.size();
  }
}

std::optional<Nanos> TimeFormat::parse(std::string_view text, Nanos now_ns) const {
  thread_local MinuteMemo memo;
  if (!remembers()) return read(text, now_ns, nullptr);
  const auto time = memo.recall(number_, text, exact_fraction_);
  return time ? time : read(text, now_ns, &memo);
}

std::optional<Nanos> TimeFormat::read(std::string_view text, Nanos now_ns, MinuteMemo* memo) const {
  formats::TimeReader reader(text);
  MinuteMemo::Seconds seconds;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (is_second(pieces_[i])) seconds.begin = text.size() - reader.left();
    if (!reader.read(pieces_[i], i + 1 < pieces_.size() && is_fraction(pieces_[i + 1]))) return std::nullopt;
    if (is_second(pieces_[i]) || is_fraction(pieces_[i])) seconds.end = text.size() - reader.left();
  }
  if (!reader.finish()) return std::nullopt;
  const auto& read = reader.result();
  if (read.year > 0) {
    const auto time = at_year(read, read.year);
    if (time && memo && has_two_digits(text.substr(seconds.begin, 2)))
      memo->remember(number_, text, seconds, *time, read.second * kSecond + read.nanos);
    return time;
  }
  using std::chrono::days;
  const std::chrono::sys_days today{days(now_ns / kSecond / kDaySeconds)};
  const int this_year = static_cast<int>(std::chrono::year_month_day(today).year());
  const auto time = at_year(read, this_year);
  if (!time || *time <= now_ns + 7 * kDaySeconds * kSecond) return time;
  return at_year(read, this_year - 1);
}

std::optional<Nanos> TimeFormat::at_year(const TimeRead& read, int year) const {
  const int validated = read.year > 0 ? year : kAnyLeapYear;
  const bool counted = read.day_of_year >= 0;
  const std::chrono::year_month_day date{std::chrono::year(validated),
                                         std::chrono::month(counted ? 1U : static_cast<unsigned>(read.month)),
                                         std::chrono::day(counted ? 1U : static_cast<unsigned>(read.day))};
  const int days_of_year = std::chrono::year(validated).is_leap() ? 366 : 365;
  if (!date.ok() || (counted && (read.day_of_year < 1 || read.day_of_year > days_of_year)) || year < kFirstYear ||
      year > kLastYear)
    return std::nullopt;
  const auto first = std::chrono::sys_days(std::chrono::year(year) / date.month() / 1).time_since_epoch().count();
  const std::int64_t day = first + (counted ? read.day_of_year : read.day) - 1;
  const auto seconds = instant(read, day * kDaySeconds + read.hour * kHourSeconds + read.minute * 60 + read.second);
  if (!seconds) return std::nullopt;
  return *seconds * kSecond + read.nanos;
}

std::optional<std::int64_t> TimeFormat::instant(const TimeRead& read, std::int64_t wall_seconds) const {
  if (read.has_offset) return wall_seconds - read.offset_seconds;
  if (!read.zone_name.empty()) return named_instant(read.zone_name, wall_seconds);
  if (location_) return instant_there(*location_, wall_seconds);
  return local_ ? local_instant(wall_seconds) : wall_seconds;
}

// What the abbreviation means at the place; else the place of the database that has this name; else nothing.
std::optional<std::int64_t> TimeFormat::named_instant(std::string_view zone, std::int64_t wall_seconds) const {
  const auto named = zones_.find(zone);
  const auto* place = named != zones_.end() ? named->second : location_;
  if (place)
    if (const auto offset = offset_by_name(*place, zone, wall_seconds)) return wall_seconds - *offset;
  if (local_ && !location_ && zone == ::tzname[0]) return wall_seconds + ::timezone;
  if (local_ && !location_ && zone == ::tzname[1]) return wall_seconds + ::timezone - kHourSeconds;
  constexpr std::size_t kGmt = 3;
  if (zone.starts_with("GMT") && zone.size() > kGmt) {
    const auto digits = zone.substr(zone[kGmt] == '+' ? kGmt + 1 : kGmt);
    return wall_seconds - whole_number(digits).value_or(0) * kHourSeconds;
  }
  place = place_named_as_zone(zone);
  if (!place) return std::nullopt;
  return wall_seconds - offset_by_name(*place, zone, wall_seconds).value_or(0);
}

Status TimeFormat::use_location(const std::string& location) {
  OC_TRY_ASSIGN(location_, find_zone(location));
  return {};
}

Status TimeFormat::name_zone(const std::string& abbreviation, const std::string& location) {
  OC_TRY_ASSIGN(zones_[abbreviation], find_zone(location));
  return {};
}

void TimeFormat::use_local_zone() {
  ::tzset();
  local_ = ::timezone != 0 || ::daylight != 0;  // where the machine's zone is UTC, the quick way gives the same
}

}  // namespace oc::collector
