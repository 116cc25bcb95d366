#include "formats/find_timestamp.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/ansi.h"
#include "formats/clock_scan.h"
#include "formats/date_scan.h"
#include "formats/epoch_scan.h"
#include "formats/severity.h"
#include "formats/time_cursor.h"
#include "formats/time_names.h"

namespace oc::formats {
namespace {

bool is_digit(char c) { return TimeCursor::is_digit(c); }
bool is_letter(char c) { return TimeCursor::is_letter(c); }

FoundTimestamp found(std::size_t start, TimeCursor&& cursor) {
  return {start, cursor.at, std::move(cursor.layout), cursor.parts, cursor.ambiguous};
}

// A longer number, name or path goes on: then it was no time. "12:31:07:11" is an address or a duration.
bool ends_like_a_time(const TimeCursor& cursor) {
  const char next = cursor.peek();
  if (is_digit(next) || is_letter(next)) return false;
  return !((next == ':' || next == '.' || next == '-') && is_digit(cursor.peek(1)));
}

// What may stand between a date and a time; the empty one only inside 14 digits.
bool scan_separator(TimeCursor& cursor) {
  constexpr std::array<std::string_view, 13> kSeparators = {"T", " - ", ", ", "::", " at ", " time=", "  ",
                                                            " ", "_",   "-",  ":",  ".",    "t"};
  const bool fourteen_digits = cursor.packed_date && is_digit(cursor.peek());
  return fourteen_digits ||
         std::ranges::any_of(kSeparators, [&](std::string_view separator) { return cursor.take(separator); });
}

bool scan_date_and_clock(TimeCursor& cursor) {
  if (!scan_date(cursor) || !scan_separator(cursor)) return false;
  const bool seconds_required = !cursor.parts.year || cursor.packed_date;
  if (!scan_clock(cursor, seconds_required)) return false;
  scan_zone(cursor);
  scan_trailing_year(cursor);
  return ends_like_a_time(cursor);
}

// glog: a severity letter, then month and day: "I0311 08:14:02.118204".
bool scan_klog(TimeCursor& cursor) {
  int month = 0;
  int day = 0;
  if (cursor.digits_ahead() != 4 || !cursor.fixed_number(2, month) || !cursor.fixed_number(2, day)) return false;
  cursor.parts.month = month;
  cursor.parts.day = day;
  cursor.layout = "%m%d";
  return is_calendar_date(cursor.parts) && cursor.take(" ") && scan_clock(cursor, true) &&
         cursor.parts.fraction_digits > 0 && ends_like_a_time(cursor);
}

// A name or number that goes on to the left cannot be a date's front; neither can what follows ".", "-" or "/" (parts
// of file names, paths and identifiers).
bool may_start_at(std::string_view line, std::size_t at) {
  if (at == 0 || ends_with_ansi_sequence(line.substr(0, at))) return true;
  const char before = line[at - 1];
  return !is_letter(before) && !is_digit(before) && std::string_view("._-/+%\\").find(before) == std::string_view::npos;
}

bool could_be_a_date(std::string_view rest) {
  if (is_digit(rest[0])) return true;
  if (!is_letter(rest[0]) && (rest[0] & 0x80) == 0) return false;
  return weekday_at(rest).has_value() || month_at(rest).has_value();
}

struct Key {
  std::string_view name;
  bool present = false;
};

// The key whose value begins at `at`: `name=`, `name="`, `"name":`, `"name": "`.
Key key_before(std::string_view line, std::size_t at) {
  std::size_t end = at;
  if (end > 0 && (line[end - 1] == '"' || line[end - 1] == '\'')) --end;
  while (end > 0 && line[end - 1] == ' ') --end;
  if (end == 0 || (line[end - 1] != '=' && line[end - 1] != ':')) return {};
  const bool colon = line[--end] == ':';
  const bool quoted = end > 0 && line[end - 1] == '"';
  if (colon && !quoted) return {};
  if (quoted) --end;
  std::size_t begin = end;
  while (begin > 0 && (is_letter(line[begin - 1]) || is_digit(line[begin - 1]) ||
                       std::string_view("_@.-$").find(line[begin - 1]) != std::string_view::npos)) {
    --begin;
  }
  return {line.substr(begin, end - begin), begin < end};
}

// MongoDB's extended JSON puts the time one object deeper: {"t":{"$date":"…"}}.
int rank_of(const Key& key) { return key.name == "$date" ? 2 : time_key_rank(key.name); }

// Numbers behind a key that means time.
std::optional<FoundTimestamp> keyed_epoch_at(std::string_view line, std::size_t at) {
  if (!is_digit(line[at])) return std::nullopt;
  const Key key = key_before(line, at);
  if (!key.present || rank_of(key) == 0) return std::nullopt;
  TimeCursor cursor{.text = line, .at = at};
  if (!scan_epoch(cursor) || !ends_like_a_time(cursor)) return std::nullopt;
  return found(at, std::move(cursor));
}

struct Candidates {
  std::optional<FoundTimestamp> best;
  int best_rank = -1;

  // Earlier ones stay where the later is not better.
  void offer(FoundTimestamp&& candidate, int rank) {
    if (rank <= best_rank) return;
    best = std::move(candidate);
    best_rank = rank;
  }
};

constexpr int kRankOtherKey = 0;  // started=…: a time, but perhaps not the record's
constexpr int kRankNoKey = 2;     // plain text: as good as a key that means the record's time
constexpr int kBestRank = 2;

std::optional<FoundTimestamp> search(std::string_view line) {
  const bool json = line.starts_with('{');
  const std::size_t limit = std::min(line.size(), json ? kJsonTimestampSearchBytes : kTimestampSearchBytes);
  Candidates candidates;
  for (std::size_t at = 0; at < limit && candidates.best_rank < kBestRank; ++at) {
    if (!may_start_at(line, at) || !could_be_a_date(line.substr(at))) continue;
    auto candidate = timestamp_at(line, at);
    if (!candidate) candidate = keyed_epoch_at(line, at);
    if (!candidate) continue;
    const Key key = key_before(line, at);
    const std::size_t next = candidate->end;
    if (key.present) {
      candidates.offer(std::move(*candidate), std::max(rank_of(key), kRankOtherKey));
    } else if (!json) {
      candidates.offer(std::move(*candidate), kRankNoKey);
    }
    at = next - 1;
  }
  return candidates.best;
}

// Behind the container name that `docker compose logs` and `kubectl logs --prefix` put in front.
std::size_t behind_stream_prefix(std::string_view line) {
  constexpr std::size_t kLongestName = 64;
  const std::size_t bar = line.substr(0, kLongestName).find(" | ");
  const std::size_t name = line.find(' ');
  if (bar == std::string_view::npos || line.find_first_not_of(' ', name) != bar + 1) return 0;
  return bar + 3;
}

std::size_t skip_opening(std::string_view line, std::size_t at) {
  if (line.substr(at).starts_with("- ")) at += 2;
  while (at < line.size()) {
    if (const std::size_t length = ansi_sequence_length(line.substr(at))) {
      at += length;
    } else if (std::string_view("[(<\"' ").find(line[at]) != std::string_view::npos) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

// strace -f: the process id in front of a number with microseconds.
std::optional<FoundTimestamp> epoch_behind_pid(std::string_view line) {
  const std::size_t space = line.find(' ');
  constexpr std::size_t kPidDigits = 7;
  if (space == 0 || space > kPidDigits || line.find_first_not_of("0123456789") != space) return std::nullopt;
  TimeCursor cursor{.text = line, .at = line.find_first_not_of(' ', space)};
  const std::size_t start = cursor.at;
  if (start == std::string_view::npos || !scan_epoch(cursor) || cursor.parts.fraction_digits == 0) return std::nullopt;
  return found(start, std::move(cursor));
}

std::optional<FoundTimestamp> audit_epoch(std::string_view line) {
  constexpr std::string_view kMark = "msg=audit(";
  const std::size_t mark = line.substr(0, kTimestampSearchBytes).find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  TimeCursor cursor{.text = line, .at = mark + kMark.size()};
  if (!scan_epoch(cursor)) return std::nullopt;
  return found(mark + kMark.size(), std::move(cursor));
}

std::optional<FoundTimestamp> leading_epoch(std::string_view line) {
  const std::size_t start = skip_opening(line, behind_stream_prefix(line));
  TimeCursor cursor{.text = line, .at = start};
  if (scan_epoch(cursor) && ends_like_a_time(cursor)) return found(start, std::move(cursor));
  if (auto pid = epoch_behind_pid(line)) return pid;
  return audit_epoch(line);
}

std::optional<FoundTimestamp> leading_uptime(std::string_view line) {
  std::size_t start = 0;
  if (line.starts_with('<')) start = line.find('>') + 1;  // npos + 1 is 0: no priority
  if (start >= line.size() || line[start] != '[') return std::nullopt;
  TimeCursor cursor{.text = line, .at = start + 1};
  if (!scan_uptime(cursor)) return std::nullopt;
  if (cursor.peek() == 's') ++cursor.at;
  if (cursor.peek() != ']') return std::nullopt;
  return found(start + 1, std::move(cursor));
}

bool is_two_digit_clock(std::string_view rest) {
  return rest.size() >= 8 && is_digit(rest[0]) && is_digit(rest[1]) && rest[2] == ':' && rest[5] == ':';
}

// "08:14:02 …", "[08:14:02 INF]", "INFO  08:14:02": at the front, or behind nothing but a level. A lone time of day
// anywhere else is a duration as often as not.
std::optional<FoundTimestamp> leading_clock(std::string_view line) {
  std::size_t start = skip_opening(line, behind_stream_prefix(line));
  if (start < line.size() && is_letter(line[start])) {
    const auto word_end = line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", start);
    if (word_end == std::string_view::npos || !severity_of(line.substr(start, word_end - start))) return std::nullopt;
    start = std::min(line.find_first_not_of("]):, \t|", word_end), line.size());
    start = skip_opening(line, start);
  }
  if (!is_two_digit_clock(line.substr(std::min(start, line.size())))) return std::nullopt;
  TimeCursor cursor{.text = line, .at = start};
  if (!scan_clock(cursor, true)) return std::nullopt;
  scan_zone(cursor);
  if (!ends_like_a_time(cursor)) return std::nullopt;
  return found(start, std::move(cursor));
}

}  // namespace

int time_key_rank(std::string_view key) {
  std::string name;
  for (const char c : key) {
    if (is_letter(c)) name += static_cast<char>(c | 0x20);
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

std::optional<FoundTimestamp> timestamp_at(std::string_view line, std::size_t at) {
  TimeCursor cursor{.text = line, .at = at};
  if (scan_date_and_clock(cursor)) return found(at, std::move(cursor));
  const bool klog_letter =
      at == 0 && line.size() > 1 && std::string_view("IWEFD").find(line[0]) != std::string_view::npos;
  cursor = TimeCursor{.text = line, .at = 1};
  if (klog_letter && scan_klog(cursor)) return found(1, std::move(cursor));
  return std::nullopt;
}

std::optional<FoundTimestamp> find_timestamp(std::string_view line) {
  if (line.empty()) return std::nullopt;
  if (auto klog = is_letter(line[0]) ? timestamp_at(line, 0) : std::nullopt) return klog;
  auto dated = search(line);
  if (dated && dated->time.year) return dated;
  if (line.starts_with('{')) return dated;
  // A complete time at the front is better than one without a year further on.
  if (auto epoch = leading_epoch(line)) return epoch;
  if (dated) return dated;
  if (auto uptime = leading_uptime(line)) return uptime;
  TimeCursor tai{.text = line, .at = 0};
  if (scan_tai64n(tai)) return found(0, std::move(tai));
  return leading_clock(line);
}

std::optional<FoundTimestamp> timestamp_value(std::string_view value) {
  const auto first = value.find_first_not_of(' ');
  if (first == std::string_view::npos) return std::nullopt;
  TimeCursor number{.text = value, .at = first};
  if (scan_epoch(number) && number.done()) return found(first, std::move(number));
  if (auto dated = timestamp_at(value, first); dated && dated->end == value.size()) return dated;
  TimeCursor clock{.text = value, .at = first};
  if (is_two_digit_clock(value.substr(first)) && scan_clock(clock, true)) {
    scan_zone(clock);
    if (clock.done()) return found(first, std::move(clock));
  }
  return std::nullopt;
}

}  // namespace oc::formats
