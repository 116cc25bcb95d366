// Cutting a batch in two.
#pragma once

#include <cstddef>
#include <utility>

#include "collector/pipeline/batch.h"

namespace oc::collector {

// The first `count` records and the others; there are more than `count`, which is not 0. The whole is settled when
// both are, and learns what was lost of each.
std::pair<LogBatchPtr, LogBatchPtr> split_batch(const LogBatchPtr& batch, std::size_t count);

// The records from `first` up to `end`, and the bytes they and the gaps between them cover, as a batch that is settled
// on its own: it has no listener yet.
std::shared_ptr<LogBatch> part_of_batch(const LogBatch& whole, std::size_t first, std::size_t end);

// Tells the whole batch what became of a part of it. The whole expects a settle() for each part.
std::shared_ptr<DeliveryListener> listener_of_parts(LogBatchPtr whole);

}  // namespace oc::collector
