// Streams in order of their labels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stores/logs/stream_registry.h"

namespace oc::stores {

// Their indexes, in order. Where values hold a zero byte it may be another order.
std::vector<std::uint32_t> in_order_of_labels(std::span<const StreamPtr> streams);

}  // namespace oc::stores
