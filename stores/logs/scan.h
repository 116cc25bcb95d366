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

// A block of the head (part is null), or of a part: those of its rows that are of streams that are wanted.
struct ScanBlock {
  RowBounds bounds;
  StreamPtr stream;  // of the head's block
  HeadBlock head;
  std::shared_ptr<const Part> part;
  PartBlock in_part;
  std::vector<PartRun> runs;  // of in_part, not none

  bool is_whole() const { return bounds.rows == in_part.bounds.rows; }
};

RowBounds bounds_of(std::span<const PartRun> runs);  // not none

// Feeds the sink block by block, newest or oldest first. A damaged block is reported and left out.
Status scan_blocks(std::vector<ScanBlock> blocks, const query::ScanRequest& request, query::RowSink& sink,
                   DamageReport& damage);

}  // namespace oc::stores
