#include "formats/leading_time.h"

#include <algorithm>
#include <utility>

#include "formats/ansi.h"
#include "formats/clock_scan.h"
#include "formats/epoch_scan.h"
#include "formats/find_timestamp.h"
#include "formats/severity.h"

namespace oc::formats {
namespace {

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
  return found_timestamp(start, std::move(cursor));
}

std::optional<FoundTimestamp> audit_epoch(std::string_view line) {
  constexpr std::string_view kMark = "msg=audit(";
  const std::size_t mark = line.substr(0, kTimestampSearchBytes).find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  TimeCursor cursor{.text = line, .at = mark + kMark.size()};
  if (!scan_epoch(cursor)) return std::nullopt;
  return found_timestamp(mark + kMark.size(), std::move(cursor));
}

}  // namespace

bool is_two_digit_clock(std::string_view rest) {
  return rest.size() >= 8 && TimeCursor::is_digit(rest[0]) && TimeCursor::is_digit(rest[1]) && rest[2] == ':' &&
         rest[5] == ':';
}

std::optional<FoundTimestamp> leading_epoch(std::string_view line) {
  const std::size_t start = skip_opening(line, behind_stream_prefix(line));
  TimeCursor cursor{.text = line, .at = start};
  if (scan_epoch(cursor) && cursor.ends_like_a_time()) return found_timestamp(start, std::move(cursor));
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
  return found_timestamp(start + 1, std::move(cursor));
}

std::optional<FoundTimestamp> leading_clock(std::string_view line) {
  std::size_t start = skip_opening(line, behind_stream_prefix(line));
  if (start < line.size() && TimeCursor::is_letter(line[start])) {
    const auto word_end = line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", start);
    if (word_end == std::string_view::npos || !severity_of(line.substr(start, word_end - start))) return std::nullopt;
    start = std::min(line.find_first_not_of("]):, \t|", word_end), line.size());
    start = skip_opening(line, start);
  }
  if (!is_two_digit_clock(line.substr(std::min(start, line.size())))) return std::nullopt;
  TimeCursor cursor{.text = line, .at = start};
  if (!scan_clock(cursor, true)) return std::nullopt;
  scan_zone(cursor);
  if (!cursor.ends_like_a_time()) return std::nullopt;
  return found_timestamp(start, std::move(cursor));
}

}  // namespace oc::formats
