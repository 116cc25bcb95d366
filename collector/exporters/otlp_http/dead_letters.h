// Records that a sink refuses for good, kept for people: one JSON object a line, in DIRECTORY/dead_letters.jsonl. When
// the file is full it becomes dead_letters.jsonl.1, replacing the one before. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "collector/pipeline/batch.h"
#include "collector/pipeline/log_rate_limit.h"

namespace oc::collector {

class DeadLetters {
 public:
  // Two files of this size: enough to find out what is wrong, not a second store.
  static constexpr std::uint64_t kMaxFileBytes = 8 << 20;

  // `unkept` counts those that could not be written.
  DeadLetters(std::string directory, std::shared_ptr<Counter> unkept)
      : path_(directory.empty() ? "" : directory + "/dead_letters.jsonl"), unkept_(std::move(unkept)) {}
  // Without a directory, or where it cannot be written, the log says so and only the counters know.
  void keep(const LogBatch& batch, std::size_t record, std::string_view reason);

 private:
  const std::string path_;
  const std::shared_ptr<Counter> unkept_;
  LogRateLimit log_limit_;
  std::mutex mutex_;
};

}  // namespace oc::collector
