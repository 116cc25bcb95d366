#include "formats/find_timestamp.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/ansi.h"
#include "formats/clock_scan.h"
#include "formats/date_scan.h"
#include "formats/epoch_scan.h"
#include "formats/leading_time.h"
#include "formats/time_cursor.h"
#include "formats/time_key.h"
#include "formats/time_names.h"

namespace oc::formats {
namespace {

bool is_digit(char c) { return TimeCursor::is_digit(c); }
bool is_letter(char c) { return TimeCursor::is_letter(c); }

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
  return cursor.ends_like_a_time();
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
         cursor.parts.fraction_digits > 0 && cursor.ends_like_a_time();
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

// Numbers behind a key that means time.
std::optional<FoundTimestamp> keyed_epoch_at(std::string_view line, std::size_t at) {
  if (!is_digit(line[at])) return std::nullopt;
  const TimeKey key = key_before(line, at);
  if (!key.present || key.rank() == 0) return std::nullopt;
  TimeCursor cursor{.text = line, .at = at};
  if (!scan_epoch(cursor) || !cursor.ends_like_a_time()) return std::nullopt;
  return found_timestamp(at, std::move(cursor));
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
    const TimeKey key = key_before(line, at);
    const std::size_t next = candidate->end;
    if (key.present) {
      candidates.offer(std::move(*candidate), std::max(key.rank(), kRankOtherKey));
    } else if (!json) {
      candidates.offer(std::move(*candidate), kRankNoKey);
    }
    at = next - 1;
  }
  return candidates.best;
}

}  // namespace

std::optional<FoundTimestamp> timestamp_at(std::string_view line, std::size_t at) {
  TimeCursor cursor{.text = line, .at = at};
  if (scan_date_and_clock(cursor)) return found_timestamp(at, std::move(cursor));
  const bool klog_letter =
      at == 0 && line.size() > 1 && std::string_view("IWEFD").find(line[0]) != std::string_view::npos;
  cursor = TimeCursor{.text = line, .at = 1};
  if (klog_letter && scan_klog(cursor)) return found_timestamp(1, std::move(cursor));
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
  if (scan_tai64n(tai)) return found_timestamp(0, std::move(tai));
  return leading_clock(line);
}

std::optional<FoundTimestamp> timestamp_value(std::string_view value) {
  const auto first = value.find_first_not_of(' ');
  if (first == std::string_view::npos) return std::nullopt;
  TimeCursor number{.text = value, .at = first};
  if (scan_epoch(number) && number.done()) return found_timestamp(first, std::move(number));
  if (auto dated = timestamp_at(value, first); dated && dated->end == value.size()) return dated;
  TimeCursor clock{.text = value, .at = first};
  if (is_two_digit_clock(value.substr(first)) && scan_clock(clock, true)) {
    scan_zone(clock);
    if (clock.done()) return found_timestamp(first, std::move(clock));
  }
  return std::nullopt;
}

}  // namespace oc::formats
