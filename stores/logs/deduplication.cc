#include "stores/logs/deduplication.h"

#include <algorithm>
#include <map>

namespace oc::stores {

using contracts::ByteRange;
using contracts::RangeSet;

namespace {

// For each entry of the request what is held before it.
std::vector<RangeSet> held_before(const AppendBatch& batch, Deduplicated& out, Nanos now_ns,
                                  const std::function<RangeSet(const FileKey&)>& held) {
  std::map<FileKey, RangeSet> so_far;
  std::vector<RangeSet> before;
  for (const contracts::DeliveredFile& file : batch.files) {
    FileKey key{batch.tenant, file.source_id, file.file_id};
    const auto [known, is_new] = so_far.try_emplace(key);
    if (is_new) known->second = held(key);
    before.push_back(known->second);
    out.adds_anything |=
        std::ranges::any_of(file.ranges, [&](ByteRange range) { return !known->second.covers(range); });
    for (const ByteRange& range : file.ranges) known->second.add(range);
    out.deliveries.push_back({std::move(key), file.ranges, 0, now_ns});
  }
  return before;
}

}  // namespace

Deduplicated deduplicate(const AppendBatch& batch, Nanos now_ns, const std::function<RangeSet(const FileKey&)>& held) {
  Deduplicated out;
  const std::vector<RangeSet> before = held_before(batch, out, now_ns, held);
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
