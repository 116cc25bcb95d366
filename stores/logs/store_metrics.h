// The store's own metrics; other processes read the ones in contracts/metric_names, these are for people.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"

namespace oc::stores {

struct StoreMetrics {
  explicit StoreMetrics(MetricRegistry& registry);

  std::shared_ptr<Counter> rows, line_bytes, requests, duplicates, failed_appends, failed_seals, seals, merges;
  std::shared_ptr<Counter> damaged_frames, damaged_blocks, expired_parts, refused_disk_full;
  std::shared_ptr<Gauge> streams, parts, part_bytes, head_bytes, remembered_files;
};

// Counts a damaged block and says so in the log, at most every ten seconds. Thread-safe.
class DamageReport {
 public:
  explicit DamageReport(std::shared_ptr<Counter> counter) : counter_(std::move(counter)) {}
  void block(const Error& why);

 private:
  std::shared_ptr<Counter> counter_;
  std::atomic<Nanos> next_log_ns_{0};
};

}  // namespace oc::stores
