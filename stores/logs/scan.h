// Reading rows out of blocks, wherever they lie.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "query/logql/log_reader.h"
#include "stores/logs/head.h"
#include "stores/logs/part.h"
#include "stores/logs/store_metrics.h"

namespace oc::stores {

// A block of the head (part is null), or of a part: those of its rows that are of streams that are wanted. There may be
// hundreds of thousands, so it owns next to nothing.
struct ScanBlock {
  RowBounds bounds;
  const query::Stream* stream = nullptr;  // of the head's block
  const Head::Place* in_head = nullptr;
  const Part* part = nullptr;
  const PartBlock* in_part = nullptr;
  std::vector<PartRun> some;  // of the part's block; none: all of its runs

  std::span<const PartRun> runs() const { return some.empty() ? part->runs_of(*in_part) : some; }
  bool is_whole() const { return bounds.rows == in_part->bounds.rows; }
};

struct ScanBlocks {
  std::vector<ScanBlock> blocks;
  std::vector<std::shared_ptr<const void>> owners;  // of what they point to
};

RowBounds bounds_of(std::span<const PartRun> runs);  // not none

// Feeds the sink block by block, newest or oldest first. A damaged block is reported and left out.
Status scan_blocks(const ScanBlocks& found, const query::ScanRequest& request, query::RowSink& sink,
                   DamageReport& damage);

}  // namespace oc::stores
