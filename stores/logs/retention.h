// Which parts are due for deletion.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"
#include "stores/logs/manifest.h"

namespace oc::stores {

struct RetentionLimits {
  std::chrono::seconds time{0};
  std::uint64_t bytes = 0;
};

// At most `configured_bytes` and a tenth of the file system (DESIGN section 7).
RetentionLimits retention_limits(std::chrono::seconds time, std::uint64_t configured_bytes,
                                 std::uint64_t filesystem_bytes);

// Parts whose newest row is too old, then the oldest ones while all together are too large. A row from the future
// counts from when it arrived: a wrong clock does not keep data for ever.
std::vector<std::uint64_t> expired_parts(std::span<const PartEntry> parts, const RetentionLimits& limits, Nanos now_ns);

}  // namespace oc::stores
