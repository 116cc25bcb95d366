// Which rows of a request the store holds already.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "stores/logs/append_batch.h"
#include "stores/logs/range_memory.h"

namespace oc::stores {

struct Deduplicated {
  std::vector<bool> keep;                // for each row
  std::vector<FileDelivery> deliveries;  // what the kept rows and the ranges add
  AppendResult result;
  bool adds_anything = false;  // false: everything is held, there is nothing to write
};

using KnownRanges = std::function<RangeMemory::Known(const FileKey&, contracts::ByteRange window)>;
// `known` answers what is durable of a part of a file. A later entry of a request about the same file sees the earlier
// one's. A record at bytes that were left out before is taken.
Deduplicated deduplicate(const AppendBatch& batch, Nanos now_ns, const KnownRanges& known);

}  // namespace oc::stores
