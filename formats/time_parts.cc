#include "formats/time_parts.h"

#include <chrono>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

namespace oc::formats {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr int kFirstYear = 1678;
constexpr int kLastYear = 2261;

std::string fraction(std::int64_t nanos, int digits) {
  if (digits <= 0) return {};
  return "." + fmt::format("{:09}", nanos).substr(0, static_cast<std::size_t>(digits));
}

std::string zone(const TimeParts& parts) {
  if (!parts.zone_minutes) return {};
  if (*parts.zone_minutes == 0) return "Z";
  const int minutes = std::abs(*parts.zone_minutes);
  return fmt::format("{}{:02}:{:02}", *parts.zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string date(const TimeParts& parts) {
  if (!parts.has_date()) return {};
  if (!parts.year) return fmt::format("--{:02}-{:02}", *parts.month, *parts.day);
  return fmt::format("{:04}-{:02}-{:02}", *parts.year, *parts.month, *parts.day);
}

std::string clock(const TimeParts& parts) {
  if (!parts.hour) return {};
  std::string text = fmt::format("T{:02}:{:02}", *parts.hour, parts.minute);
  if (parts.second) text += fmt::format(":{:02}", *parts.second) + fraction(parts.nanos, parts.fraction_digits);
  return text;
}

}  // namespace

std::string to_iso8601(const TimeParts& parts) {
  if (parts.uptime_nanos) {
    return fmt::format("PT{}{}S", *parts.uptime_nanos / kNanosPerSecond,
                       fraction(*parts.uptime_nanos % kNanosPerSecond, parts.fraction_digits));
  }
  return date(parts) + clock(parts) + zone(parts);
}

std::optional<Nanos> to_unix_nanos(const TimeParts& parts, int default_zone_minutes) {
  if (!parts.year || !parts.has_date() || !parts.hour) return std::nullopt;
  if (*parts.year < kFirstYear || *parts.year > kLastYear) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(*parts.year),
                                        std::chrono::month(static_cast<unsigned>(*parts.month)),
                                        std::chrono::day(static_cast<unsigned>(*parts.day))};
  const std::int64_t days = std::chrono::sys_days(ymd).time_since_epoch().count();
  const std::int64_t seconds = days * 86400 + *parts.hour * 3600 + parts.minute * 60 + parts.second.value_or(0) -
                               parts.zone_minutes.value_or(default_zone_minutes) * 60;
  return seconds * kNanosPerSecond + parts.nanos;
}

TimeParts from_unix_nanos(Nanos instant, int fraction_digits) {
  std::int64_t seconds = instant / kNanosPerSecond;
  std::int64_t nanos = instant % kNanosPerSecond;
  if (nanos < 0) {
    nanos += kNanosPerSecond;
    --seconds;
  }
  const auto time = std::chrono::sys_seconds(std::chrono::seconds(seconds));
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day ymd(day);
  const std::chrono::hh_mm_ss clock_time(time - day);
  TimeParts parts;
  parts.year = static_cast<int>(ymd.year());
  parts.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  parts.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  parts.hour = static_cast<int>(clock_time.hours().count());
  parts.minute = static_cast<int>(clock_time.minutes().count());
  parts.second = static_cast<int>(clock_time.seconds().count());
  parts.nanos = static_cast<std::int32_t>(nanos);
  parts.fraction_digits = fraction_digits;
  parts.zone_minutes = 0;
  return parts;
}

bool is_calendar_date(const TimeParts& parts) {
  if (!parts.has_date() || *parts.month < 1 || *parts.month > 12 || *parts.day < 1) return false;
  constexpr int kLeapYear = 2024;
  const std::chrono::year_month_day ymd{std::chrono::year(parts.year.value_or(kLeapYear)),
                                        std::chrono::month(static_cast<unsigned>(*parts.month)),
                                        std::chrono::day(static_cast<unsigned>(*parts.day))};
  return ymd.ok();
}

}  // namespace oc::formats
