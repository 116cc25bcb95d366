// Reading rows out of blocks, wherever they lie.
#pragma once

#include <memory>
#include <vector>

#include "query/logql/log_reader.h"
#include "stores/logs/head.h"
#include "stores/logs/part.h"
#include "stores/logs/store_metrics.h"

namespace oc::stores {

// A block of the head (part is null), or of a part.
struct ScanBlock {
  StreamPtr stream;
  RowBounds bounds;
  HeadBlock head;
  std::shared_ptr<const Part> part;
  PartBlock in_part;

  std::uint64_t bytes() const { return part ? in_part.raw_bytes : head.block.size(); }
};

// Feeds the sink block by block, newest or oldest first. A damaged block is reported and left out.
Status scan_blocks(std::vector<ScanBlock> blocks, const query::ScanRequest& request, query::RowSink& sink,
                   DamageReport& damage);

}  // namespace oc::stores
