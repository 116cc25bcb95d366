// What a store does when nobody asks: retention, merges, forgetting old files.
#pragma once

#include <set>
#include <stop_token>

#include "base/result.h"
#include "stores/logs/log_store.h"
#include "stores/logs/manifest.h"
#include "stores/logs/row_removal.h"
#include "stores/logs/store_metrics.h"
#include "stores/logs/store_state.h"

namespace oc::stores {

// Used by one thread at a time.
class Maintenance {
 public:
  struct Parts {
    FileSystem& files;
    const Clock& clock;
    ManifestFile& manifest;
    StreamRegistry& registry;
    StoreState& state;
    StoreMetrics& metrics;
    std::function<std::uint64_t()> take_file_id;
  };
  Maintenance(const LogStoreOptions& options, Parts parts) : options_(options), parts_(std::move(parts)) {}
  // Until nothing is left to do, or stopped.
  Status run(std::stop_token stop);
  // Rewrites the parts that hold such rows. How many are gone; an error: some may be, and it can be called again.
  Result<std::uint64_t> remove_rows(const RowRemoval& removal, std::stop_token stop);

 private:
  Status apply_retention();
  Result<bool> merge_once(std::stop_token stop);  // false: nothing to merge
  Result<std::uint64_t> rewrite_without(const std::shared_ptr<const Part>& part, const RowRemoval& removal,
                                        std::stop_token stop);
  // Null: nothing takes their place.
  Status record_merge(const std::vector<std::uint64_t>& ids, const PartEntry* merged, std::stop_token stop);
  std::vector<PartEntry> mergeable_parts() const;
  void remove_part_files(const std::vector<std::uint64_t>& ids);
  void update_gauges();

  const LogStoreOptions& options_;
  Parts parts_;
  std::set<std::uint64_t> unmergeable_;  // with damaged blocks: what is left of them is served where it is
};

}  // namespace oc::stores
