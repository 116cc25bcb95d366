#include "stores/logs/retention.h"

#include <algorithm>

namespace oc::stores {

namespace {
constexpr std::uint64_t kShareOfFilesystem = 10;

Nanos age_starts(const PartEntry& part) { return std::min(part.summary.bounds.last_ns, part.written_ns); }
}  // namespace

RetentionLimits retention_limits(std::chrono::seconds time, std::uint64_t configured_bytes,
                                 std::uint64_t filesystem_bytes) {
  return {time, std::min(configured_bytes, filesystem_bytes / kShareOfFilesystem)};
}

std::vector<std::uint64_t> expired_parts(std::span<const PartEntry> parts, const RetentionLimits& limits,
                                         Nanos now_ns) {
  std::vector<const PartEntry*> oldest_first;
  std::uint64_t total = 0;
  for (const PartEntry& part : parts) {
    oldest_first.push_back(&part);
    total += part.summary.file_bytes;
  }
  std::ranges::sort(oldest_first, {}, [](const PartEntry* part) { return age_starts(*part); });
  const Nanos horizon = now_ns - std::chrono::nanoseconds(limits.time).count();
  std::vector<std::uint64_t> expired;
  for (const PartEntry* part : oldest_first) {
    if (age_starts(*part) >= horizon && total <= limits.bytes) break;
    expired.push_back(part->id);
    total -= part->summary.file_bytes;
  }
  return expired;
}

}  // namespace oc::stores
