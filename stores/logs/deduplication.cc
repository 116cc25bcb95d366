#include "stores/logs/deduplication.h"

#include <algorithm>
#include <map>

namespace oc::stores {

using contracts::ByteRange;
using contracts::RangeSet;

namespace {

// For each file of the request, which part of it the request is about.
std::map<FileKey, ByteRange> windows(const AppendBatch& batch) {
  std::map<FileKey, ByteRange> windows;
  for (const contracts::DeliveredFile& file : batch.files) {
    auto& window = windows.try_emplace({batch.tenant, file.source_id, file.file_id}, ByteRange{~0ull, 0}).first->second;
    for (const auto* ranges : {&file.ranges, &file.left_out})
      for (const ByteRange& range : *ranges)
        window = {std::min(window.start, range.start), std::max(window.end, range.end)};
  }
  return windows;
}

RangeSet set_of(const std::vector<ByteRange>& ranges) {
  RangeSet set;
  for (const ByteRange& range : ranges) set.add(range);
  return set;
}

// For each entry of the request what is held before it.
std::vector<RangeSet> held_before(const AppendBatch& batch, Deduplicated& out, Nanos now_ns, const KnownRanges& known) {
  std::map<FileKey, RangeMemory::Known> so_far;
  for (const auto& [file, window] : windows(batch)) so_far.emplace(file, known(file, window));
  std::vector<RangeSet> before;
  for (const contracts::DeliveredFile& file : batch.files) {
    FileKey key{batch.tenant, file.source_id, file.file_id};
    auto& [held, left_out] = so_far.at(key);
    before.push_back(held);
    out.adds_anything |= std::ranges::any_of(file.ranges, [&](ByteRange range) { return !held.covers(range); });
    held.add(set_of(file.ranges));
    RangeSet fresh = set_of(file.left_out);
    fresh.remove(held);
    fresh.remove(left_out);
    left_out.add(fresh);
    out.adds_anything |= !fresh.ranges().empty();
    out.deliveries.push_back({std::move(key), file.ranges, 0, now_ns, file.left_out});
  }
  return before;
}

}  // namespace

Deduplicated deduplicate(const AppendBatch& batch, Nanos now_ns, const KnownRanges& known) {
  Deduplicated out;
  const std::vector<RangeSet> before = held_before(batch, out, now_ns, known);
  out.keep.reserve(batch.rows.size());
  for (const AppendBatch::Row& row : batch.rows) {
    const bool from_file = row.file != AppendBatch::kNoFile;
    const bool keep = !from_file || !before[row.file].contains(row.record_offset);
    out.keep.push_back(keep);
    ++(keep ? out.result.stored : out.result.duplicates);
    if (keep && from_file) ++out.deliveries[row.file].records;
  }
  out.adds_anything |= out.result.stored > 0;
  return out;
}

}  // namespace oc::stores
