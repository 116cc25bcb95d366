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

// `held` answers what is durable of a file. A later entry of a request about the same file sees the earlier one's.
Deduplicated deduplicate(const AppendBatch& batch, Nanos now_ns,
                         const std::function<contracts::RangeSet(const FileKey&)>& held);

}  // namespace oc::stores
