// What readers see: the head being written, the one being sealed, the parts, and the range memory. One lock, held only
// for copying pointers; queries work on the copy.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "stores/logs/append_record.h"
#include "stores/logs/head.h"
#include "stores/logs/manifest.h"
#include "stores/logs/part.h"
#include "stores/logs/range_memory.h"
#include "stores/logs/scan.h"
#include "stores/logs/stream_registry.h"
#include "stores/logs/stream_selection.h"

namespace oc::stores {

// A head that no longer grows, with what the manifest must say once its part is written.
struct SealingHead {
  std::shared_ptr<const Head> head;
  RangeMemory ranges;
  std::uint64_t part_id = 0;
  std::uint64_t first_wal_after = 0;
  std::uint64_t next_arrival = 0;
};

// Thread-safe.
class StoreState {
 public:
  StoreState() : active_(std::make_shared<Head>()) {}

  void set_ranges(RangeMemory ranges);
  void apply(const std::vector<Committed>& group);  // all or nothing, as readers see it
  // The active head becomes the sealing one; there must be none.
  std::shared_ptr<const SealingHead> start_sealing(std::uint64_t part_id, std::uint64_t first_wal_after,
                                                   std::uint64_t next_arrival);
  std::shared_ptr<const SealingHead> sealing() const;
  void finish_sealing(std::shared_ptr<const Part> part);  // null: the head had no rows
  void add_parts(const std::vector<std::shared_ptr<const Part>>& parts);
  // Removes the parts with these ids, adds `merged` unless null.
  void replace_parts(const std::vector<std::uint64_t>& ids, std::shared_ptr<const Part> merged);

  std::vector<std::shared_ptr<const Part>> parts() const;
  std::size_t head_bytes() const;  // of the active head
  RangeMemory::Known known(const FileKey& file, contracts::ByteRange window) const;
  std::vector<contracts::Watermark> watermarks(const std::string& tenant, std::span<const std::string> sources) const;
  std::size_t forget_files_untouched_since(Nanos wall_ns);
  std::size_t remembered_files() const;

  // What blocks hold of the matching streams in [start, end), run by run: one consistent picture of the store.
  ScanBlocks blocks(const query::CompiledMatchers& matchers, Nanos start_ns, Nanos end_ns) const;
  // Those of the matching streams that have rows in it, as far as the index tells; in any order.
  std::vector<StreamPtr> streams(const query::CompiledMatchers& matchers, Nanos start_ns, Nanos end_ns) const;

 private:
  struct HeadMatches {
    std::shared_ptr<const Head> head;
    std::vector<bool> matching;  // by index of its streams
  };
  std::vector<HeadMatches> match_heads(StreamSelection& selection) const;
  bool is_head(const std::shared_ptr<const Head>& head) const;  // mutex_ held

  mutable std::mutex mutex_;
  std::shared_ptr<Head> active_;
  std::shared_ptr<const SealingHead> sealing_;
  std::vector<std::shared_ptr<const Part>> parts_;
  RangeMemory ranges_;
};

}  // namespace oc::stores
