// How many bytes a second are read of one source (`quota` of its receiver). A source over its quota is read later;
// nothing of it is left out. Used from the read loop's thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/metrics.h"
#include "collector/pipeline/log_rate_limit.h"

namespace oc::collector {

class ReadQuota {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // What a source that was quiet may have at once: a second's worth.
  static constexpr std::chrono::seconds kBurst{1};
  // Below it a single block (block.h) would be paid for over minutes.
  static constexpr std::uint64_t kMinBytesPerSecond = 1 << 10;

  // The metrics exist as long as this object.
  ReadQuota(MetricRegistry& metrics, std::string source_id, std::uint64_t bytes_per_second);
  ~ReadQuota();

  std::uint64_t bytes_per_second() const { return bytes_per_second_; }
  // nullopt: the next block may be read now. Else when to ask again.
  std::optional<Time> wait_until(Time now);
  // A read may go beyond the quota by what it got: later ones wait for it.
  void took(std::uint64_t bytes, Time now);

 private:
  MetricLabels labels() const { return {{"source_id", source_id_}}; }
  void note_wait(Time now);

  MetricRegistry& metrics_;
  const std::string source_id_;
  const std::uint64_t bytes_per_second_;
  std::shared_ptr<Counter> waits_;
  std::shared_ptr<Gauge> over_;
  LogRateLimit log_limit_;
  Time paid_until_{};  // at this rate, what was read would have taken until then
};

}  // namespace oc::collector
