// What happens when a store is opened: leftovers of a crash are removed, parts opened, WAL files replayed.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "stores/logs/file_system.h"
#include "stores/logs/manifest.h"
#include "stores/logs/store_metrics.h"
#include "stores/logs/store_state.h"
#include "stores/logs/stream_registry.h"

namespace oc::stores {

struct Recovered {
  std::uint64_t next_file_id = 1;  // above every file there is
  std::uint64_t next_arrival = 1;
  std::uint64_t replayed_frames = 0;
};

Result<Recovered> recover(FileSystem& files, const std::filesystem::path& directory, const Manifest& manifest,
                          StreamRegistry& registry, StoreState& state, StoreMetrics& metrics, DamageReport& damage);

}  // namespace oc::stores
