#include "agent/discovery/first_run.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/discovery/line_ends.h"

namespace oc::agent {
namespace {

Result<std::uint64_t> end_of_last_line(int fd, std::uint64_t size) {
  OC_TRY_ASSIGN(const auto end, last_line_end(fd, 0, size, size));
  return end.value_or(0);
}

// Leaves at most `most` bytes, from the start of a line.
Result<std::uint64_t> bounded(int fd, std::uint64_t start, std::uint64_t size, std::uint64_t most) {
  if (size - start <= most) return start;
  OC_TRY_ASSIGN(const auto line, next_line_start(fd, size - most, size));
  if (line) return std::max(start, *line);
  OC_TRY_ASSIGN(const auto end, end_of_last_line(fd, size));
  return std::max(start, end);
}

Result<std::uint64_t> start_by_age(const FirstRunPolicy& policy, int fd, const FileStat& stat,
                                   const OffsetOfTime& offset_of_time) {
  const Nanos age_ns = std::chrono::nanoseconds(policy.limits.backfill_age).count();
  const Nanos not_before = policy.now_ns - age_ns;
  if (stat.modified_ns < not_before) return end_of_last_line(fd, stat.size);
  const auto offset = offset_of_time(not_before);
  if (!offset) return 0;
  return *offset >= stat.size ? end_of_last_line(fd, stat.size) : Result<std::uint64_t>(*offset);
}

std::string age_text(std::chrono::seconds age) {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(age);
  return hours.count() > 0 ? fmt::format("{} h", hours.count()) : fmt::format("{} s", age.count());
}

}  // namespace

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) value /= 1000, ++unit;
  return value < 9.95 ? fmt::format("{:.1f} {}", value, kUnits[unit]) : fmt::format("{:.0f} {}", value, kUnits[unit]);
}

Result<FirstRunStart> first_run_start(const FirstRunPolicy& policy, int fd, const FileStat& stat,
                                      const OffsetOfTime& offset_of_time, std::uint64_t& left_in_total) {
  FirstRunStart out;
  if (policy.backfill == contracts::Backfill::kAll || stat.size == 0) return out;
  if (policy.backfill == contracts::Backfill::kNone) {
    OC_TRY_ASSIGN(out.offset, end_of_last_line(fd, stat.size));
    if (out.offset > 0) out.text = fmt::format("{} left out: backfill is none", human_bytes(out.offset));
    return out;
  }
  const contracts::Limits& limits = policy.limits;
  OC_TRY_ASSIGN(const auto by_age, start_by_age(policy, fd, stat, offset_of_time));
  OC_TRY_ASSIGN(const auto by_file, bounded(fd, by_age, stat.size, limits.backfill_bytes_per_file));
  OC_TRY_ASSIGN(out.offset, bounded(fd, by_file, stat.size, left_in_total));
  left_in_total -= std::min(left_in_total, stat.size - out.offset);

  std::vector<std::string> parts;
  if (by_age > 0) parts.push_back(fmt::format("{} older than {}", human_bytes(by_age), age_text(limits.backfill_age)));
  if (by_file > by_age)
    parts.push_back(fmt::format("{} beyond the last {} of the file", human_bytes(by_file - by_age),
                                human_bytes(limits.backfill_bytes_per_file)));
  if (out.offset > by_file)
    parts.push_back(fmt::format("{} beyond {} for all files together", human_bytes(out.offset - by_file),
                                human_bytes(limits.backfill_bytes_total)));
  if (!parts.empty()) out.text = fmt::format("{} left out", fmt::join(parts, ", "));
  return out;
}

}  // namespace oc::agent
