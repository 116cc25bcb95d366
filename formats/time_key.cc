#include "formats/time_key.h"

#include <algorithm>
#include <array>
#include <string>

#include "formats/time_cursor.h"

namespace oc::formats {

int time_key_rank(std::string_view key) {
  std::string name;
  for (const char c : key) {
    if (TimeCursor::is_letter(c)) name += static_cast<char>(c | 0x20);
  }
  constexpr std::array<std::string_view, 16> kRecordTimes = {
      "t",       "ts",      "time",      "timestamp", "date",    "datetime", "at",           "asctime",
      "logtime", "created", "eventtime", "when",      "logdate", "timeutc",  "timeunixnano", "realtimetimestamp"};
  if (std::ranges::find(kRecordTimes, name) != kRecordTimes.end()) return 2;
  constexpr std::array<std::string_view, 5> kEndings = {"time", "timestamp", "date", "ts", "_at"};
  const bool meant = name.starts_with("time") || key.ends_with("_at") || key.ends_with("At") ||
                     std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
  return meant ? 1 : 0;
}

TimeKey key_before(std::string_view line, std::size_t at) {
  std::size_t end = at;
  if (end > 0 && (line[end - 1] == '"' || line[end - 1] == '\'')) --end;
  while (end > 0 && line[end - 1] == ' ') --end;
  if (end == 0 || (line[end - 1] != '=' && line[end - 1] != ':')) return {};
  const bool colon = line[--end] == ':';
  const bool quoted = end > 0 && line[end - 1] == '"';
  if (colon && !quoted) return {};
  if (quoted) --end;
  std::size_t begin = end;
  while (begin > 0 && (TimeCursor::is_letter(line[begin - 1]) || TimeCursor::is_digit(line[begin - 1]) ||
                       std::string_view("_@.-$").find(line[begin - 1]) != std::string_view::npos)) {
    --begin;
  }
  return {line.substr(begin, end - begin), begin < end};
}

// MongoDB's extended JSON puts the time one object deeper: {"t":{"$date":"…"}}.
int TimeKey::rank() const { return name == "$date" ? 2 : time_key_rank(name); }

}  // namespace oc::formats
