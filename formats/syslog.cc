#include "formats/syslog.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace oc::formats {

namespace {

constexpr std::array<std::string_view, 24> kFacilities = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog",   "lpr",     "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "security", "console", "cron2",
    "local0", "local1", "local2",   "local3", "local4", "local5",   "local6",  "local7"};
constexpr std::array<std::string_view, 8> kSyslogSeverities = {"emerg",   "alert",  "crit", "err",
                                                               "warning", "notice", "info", "debug"};

}  // namespace

std::string_view facility_name(int facility) { return kFacilities.at(static_cast<std::size_t>(facility)); }
std::string_view severity_name(int severity) { return kSyslogSeverities.at(static_cast<std::size_t>(severity)); }

SyslogMessage parse_unknown_syslog(std::string_view text) {
  SyslogMessage out;
  out.message = text;
  constexpr std::string_view kPadded = "<0";  // here zeros may stand before it, of three digits in all
  constexpr std::size_t kMostDigits = 3;
  const auto end = std::min(text.find('>'), text.size());
  std::string plain(text.substr(0, end <= kMostDigits + 1 && end < text.size() ? end + 1 : 0));
  while (plain.starts_with(kPadded) && plain.size() > kPadded.size() + 1) plain.erase(1, 1);
  std::string_view rest = plain;
  out.priority = syslog_detail::take_priority(rest);
  return out;
}

namespace syslog_detail {

// No zeros in front.
int take_priority(std::string_view& rest) {
  constexpr std::size_t kMostDigits = 3;
  if (!rest.starts_with('<')) return -1;
  int value = 0;
  std::size_t end = 1;
  while (end < rest.size() && end <= kMostDigits && is_digit(rest[end])) value = value * 10 + (rest[end++] - '0');
  const bool padded = rest.size() > 1 && rest[1] == '0' && end > 2;
  if (end == 1 || padded || value > SyslogMessage::kHighestPriority || end == rest.size() || rest[end] != '>')
    return -1;
  rest.remove_prefix(end + 1);
  return value;
}

bool is_clock(std::string_view text) {
  constexpr std::string_view kHighest = "29:59:59";
  if (text.size() < kHighest.size()) return false;
  for (std::size_t i = 0; i < kHighest.size(); ++i) {
    if (kHighest[i] == ':' ? text[i] != ':' : !is_digit(text[i]) || text[i] > kHighest[i]) return false;
  }
  return text[0] != '2' || text[1] <= '3';
}

bool is_date(int year, int month, int day) {
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

}  // namespace syslog_detail

}  // namespace oc::formats
