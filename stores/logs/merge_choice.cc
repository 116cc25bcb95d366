#include <algorithm>
#include <bit>
#include <map>

#include "stores/logs/merge.h"

namespace oc::stores {

namespace {

// Merged as soon as this many of one size class wait: each row is rewritten once a class, about log8(size) times.
constexpr std::size_t kFanIn = 8;
constexpr unsigned kBitsOfSizeClass = 3;
// Larger ones are left alone: retention drops whole parts, so one must be a small share of what is kept.
constexpr std::uint64_t kMaxMergedBytes = 512ull << 20;

unsigned size_class(const PartEntry& part) {
  return (std::bit_width(part.summary.file_bytes >> 16) + kBitsOfSizeClass - 1) / kBitsOfSizeClass;
}

}  // namespace

std::vector<std::uint64_t> choose_merge(std::span<const PartEntry> parts) {
  std::map<unsigned, std::vector<const PartEntry*>> classes;
  for (const PartEntry& part : parts)
    if (part.summary.file_bytes < kMaxMergedBytes / kFanIn) classes[size_class(part)].push_back(&part);
  for (auto& [size, members] : classes) {
    if (members.size() < kFanIn) continue;
    std::ranges::sort(members, {}, [](const PartEntry* part) { return part->summary.bounds.last_ns; });
    std::vector<std::uint64_t> ids;
    for (std::size_t i = 0; i < kFanIn; ++i) ids.push_back(members[i]->id);
    return ids;
  }
  return {};
}

}  // namespace oc::stores
