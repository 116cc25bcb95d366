// The `memory_limiter` processor: while the process uses more than the soft limit (limit less spike limit), receivers
// pause; their data stays in its files. Nothing is refused or dropped.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/metrics.h"
#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

struct MemoryLimiterConfig : ComponentConfig {
  Duration check_interval{};
  std::uint64_t limit_bytes = 0, soft_limit_bytes = 0;
  // Between two times that freed memory is given back to the system: above the soft limit, and above the limit.
  Duration trim_interval = std::chrono::seconds(10), hard_trim_interval{};
};

class MemoryLimiter final : public Processor {
 public:
  using ReadUsage = std::function<std::uint64_t()>;  // resident bytes
  MemoryLimiter(ComponentId id, MemoryLimiterConfig config, const Host& host, ReadUsage usage);

  Status start() override { return {}; }
  void stop() override {}
  // Looks at the usage at most once a check_interval.
  bool ready() override;
  LogBatchPtr process(LogBatchPtr batch) override { return batch; }

 private:
  void check(std::uint64_t used);
  void give_back_memory(Duration interval);

  const ComponentId id_;
  const MemoryLimiterConfig config_;
  const Host host_;
  const ReadUsage usage_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_check_{};
  std::optional<std::chrono::steady_clock::time_point> trimmed_;
  std::atomic<bool> over_ = false;
  std::shared_ptr<Counter> pauses_;
  std::shared_ptr<Gauge> paused_;
};

ProcessorFactory memory_limiter_factory();
// limit_percentage is of this: the memory of the machine or of the cgroup, whichever is less.
std::uint64_t available_memory_bytes();

}  // namespace oc::collector
