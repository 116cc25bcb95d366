#include "query/logql/templates/go_time.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <date/tz.h>
#include <fmt/format.h>

#include "formats/go_time_layout.h"
#include "formats/go_time_reader.h"

namespace oc::query {

namespace {

using formats::TimePiece;

constexpr std::int64_t kDaySeconds = 86'400, kHourSeconds = 3'600, kSecondNanos = 1'000'000'000;
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::size_t kShortNameSize = 3;

// What a clock on the wall of the place shows.
struct WallClock {
  std::chrono::year_month_day day;
  unsigned weekday = 0;
  int day_of_year = 1;
  std::int64_t second_of_day = 0;
  std::int32_t nanos = 0;
  std::int64_t offset = 0;
  std::string zone;

  std::int64_t hour() const { return second_of_day / kHourSeconds; }
  std::int64_t hour12() const { return hour() % 12 == 0 ? 12 : hour() % 12; }
  std::int64_t minute() const { return second_of_day / 60 % 60; }
  std::int64_t second() const { return second_of_day % 60; }
  int year() const { return static_cast<int>(day.year()); }
};

WallClock wall_clock(const GoTime& time) {
  using std::chrono::days;
  // Beyond the years -30000 to 30000 the calendar here knows no dates.
  constexpr std::int64_t kFarthest = 30'000 * INT64_C(366) * kDaySeconds;
  const auto instant = std::clamp(time.seconds, -kFarthest, kFarthest);
  WallClock wall;
  wall.offset = time.offset_seconds;
  wall.zone = "UTC";
  if (time.place != nullptr) {
    const auto info = time.place->get_info(date::sys_seconds(std::chrono::seconds(instant)));
    wall.offset = info.offset.count();
    wall.zone = info.abbrev;
  } else if (time.offset_seconds != 0) {
    wall.zone.clear();
  }
  const auto shown = std::chrono::sys_seconds(std::chrono::seconds(instant + wall.offset));
  const auto midnight = std::chrono::floor<days>(shown);
  wall.day = std::chrono::year_month_day(midnight);
  wall.weekday = std::chrono::weekday(midnight).c_encoding();
  wall.day_of_year = static_cast<int>((midnight - std::chrono::sys_days(wall.day.year() / 1 / 1)).count()) + 1;
  wall.second_of_day = (shown - midnight).count();
  wall.nanos = time.nanos;
  return wall;
}

// As the layout writes it: -07:00, Z0700 …
std::string offset_text(std::int64_t offset, std::string_view layout) {
  if (layout[0] == 'Z' && offset == 0) return "Z";
  const auto size = offset < 0 ? -offset : offset;
  const std::string_view colon = layout.find(':') == std::string_view::npos ? "" : ":";
  auto out = fmt::format("{}{:02}", offset < 0 ? '-' : '+', size / kHourSeconds);
  const auto numbers = (layout.size() - 1 - (colon.empty() ? 0 : layout.size() > 6 ? 2 : 1)) / 2;
  if (numbers > 1) out += fmt::format("{}{:02}", colon, size / 60 % 60);
  if (numbers > 2) out += fmt::format("{}{:02}", colon, size % 60);
  return out;
}

// ".000" keeps its zeros, ".999" drops those at the end, its point with them.
std::string fraction_text(std::int32_t nanos, std::string_view layout) {
  auto out = layout[0] + fmt::format("{:09}", nanos).substr(0, layout.size() - 1);
  if (layout[1] == '0') return out;
  while (out.back() == '0') out.pop_back();
  return out.size() == 1 ? "" : out;
}

std::string zone_text(const WallClock& wall) {
  if (!wall.zone.empty()) return wall.zone;
  return offset_text(wall.offset, "-0700");
}

std::string date_text(const WallClock& wall, const TimePiece& piece) {
  const auto month = static_cast<unsigned>(wall.day.month()), day = static_cast<unsigned>(wall.day.day());
  switch (piece.part) {
    case TimePiece::Part::kYear:
      return fmt::format("{:04}", wall.year());
    case TimePiece::Part::kAnyYear:
    case TimePiece::Part::kShortYear:
      return fmt::format("{:02}", wall.year() % 100);
    case TimePiece::Part::kMonth:
      return fmt::format("{:02}", month);
    case TimePiece::Part::kBlankMonth:
    case TimePiece::Part::kMonthNumber:
      return fmt::format("{}", month);
    case TimePiece::Part::kMonthName:
      return std::string(kMonths[month - 1].substr(0, kShortNameSize));
    case TimePiece::Part::kLongMonthName:
      return std::string(kMonths[month - 1]);
    case TimePiece::Part::kDay:
      return fmt::format("{:02}", day);
    case TimePiece::Part::kDayNumber:
      return fmt::format("{}", day);
    case TimePiece::Part::kBlankDay:
      return fmt::format("{:2}", day);
    case TimePiece::Part::kDayOfYear:
      return fmt::format("{:03}", wall.day_of_year);
    case TimePiece::Part::kBlankDayOfYear:
      return fmt::format("{:3}", wall.day_of_year);
    case TimePiece::Part::kWeekday:
      return std::string(kWeekdays[wall.weekday].substr(0, kShortNameSize));
    default:
      return std::string(kWeekdays[wall.weekday]);
  }
}

std::string clock_text(const WallClock& wall, const TimePiece& piece) {
  switch (piece.part) {
    case TimePiece::Part::kHour:
      return fmt::format("{:02}", wall.hour());
    case TimePiece::Part::kHour12:
      return fmt::format("{:02}", wall.hour12());
    case TimePiece::Part::kHour12Number:
      return fmt::format("{}", wall.hour12());
    case TimePiece::Part::kHalfDay:
      return wall.hour() >= 12 ? "PM" : "AM";
    case TimePiece::Part::kSmallHalfDay:
      return wall.hour() >= 12 ? "pm" : "am";
    case TimePiece::Part::kMinute:
      return fmt::format("{:02}", wall.minute());
    case TimePiece::Part::kMinuteNumber:
      return fmt::format("{}", wall.minute());
    case TimePiece::Part::kSecond:
      return fmt::format("{:02}", wall.second());
    case TimePiece::Part::kSecondNumber:
      return fmt::format("{}", wall.second());
    default:
      return fraction_text(wall.nanos, piece.text);
  }
}

std::int64_t seconds_of(const formats::TimeRead& read, const std::chrono::year_month_day& day) {
  const auto days = std::chrono::sys_days(day).time_since_epoch().count();
  return days * kDaySeconds + read.hour * kHourSeconds + read.minute * 60 + read.second;
}

// Where the clock is put back or forward there, the offset of before or of behind, whichever it meets.
std::int64_t at_place(const date::time_zone& place, std::int64_t wall_seconds) {
  const auto as_utc = date::sys_seconds(std::chrono::seconds(wall_seconds));
  auto info = place.get_info(as_utc);
  const auto utc = as_utc - info.offset;
  if (utc < info.begin || utc >= info.end) info = place.get_info(utc);
  return wall_seconds - info.offset.count();
}

}  // namespace

GoTime go_time(Nanos unix_ns) { return go_time(0, unix_ns); }

GoTime go_time(std::int64_t seconds, std::int64_t nanos) {
  auto whole = nanos / kSecondNanos, rest = nanos % kSecondNanos;
  if (rest < 0) --whole, rest += kSecondNanos;
  return {.seconds = seconds + whole, .nanos = static_cast<std::int32_t>(rest)};
}

const date::time_zone* find_place(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return nullptr;
  }
}

std::string format_go_time(const GoTime& time, std::string_view layout) {
  const auto wall = wall_clock(time);
  std::string out;
  for (const auto& piece : formats::time_pieces(layout)) {
    if (piece.part == TimePiece::Part::kText) {
      out += piece.text;
    } else if (piece.part == TimePiece::Part::kZoneName) {
      out += zone_text(wall);
    } else if (piece.part == TimePiece::Part::kOffset) {
      out += offset_text(wall.offset, piece.text);
    } else {
      out += piece.part < TimePiece::Part::kHour ? date_text(wall, piece) : clock_text(wall, piece);
    }
  }
  return out;
}

GoTime parse_go_time(std::string_view text, std::string_view layout, const date::time_zone* place) {
  const auto pieces = formats::time_pieces(layout);
  formats::TimeReader reader(text);
  const auto is_fraction = [](const TimePiece& piece) {
    return piece.part == TimePiece::Part::kFraction || piece.part == TimePiece::Part::kExactFraction;
  };
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!reader.read(pieces[i], i + 1 < pieces.size() && is_fraction(pieces[i + 1]))) return {};
  }
  if (!reader.finish()) return {};
  const auto& read = reader.result();
  const auto year = std::chrono::year(read.year < 0 ? 0 : read.year);  // a layout without a year means the year 0
  std::chrono::year_month_day day = year / read.month / read.day;
  if (read.day_of_year >= 0) {
    if (read.day_of_year < 1 || read.day_of_year > (year.is_leap() ? 366 : 365)) return {};
    day = std::chrono::sys_days(year / 1 / 1) + std::chrono::days(read.day_of_year - 1);
  }
  if (!day.ok()) return {};
  const auto wall = seconds_of(read, day);
  GoTime time{.seconds = wall, .nanos = read.nanos, .place = place};
  if (read.has_offset) {
    time.seconds -= read.offset_seconds;
    time.place = nullptr;
    time.offset_seconds = read.offset_seconds;
  } else if (place != nullptr) {
    time.seconds = at_place(*place, wall);
  }
  return time;
}

}  // namespace oc::query
