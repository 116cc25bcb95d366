// Exponential waiting times with jitter, as the official exporters use.
#pragma once

#include <optional>
#include <random>

#include "collector/exporters/otlp_http/config.h"

namespace oc::collector {

class RetryBackoff {
 public:
  RetryBackoff(const RetryConfig& config, std::chrono::steady_clock::time_point started, unsigned seed)
      : config_(config), started_(started), next_(config.initial_interval), random_(seed) {}
  // How long to wait now; at least `wished` (Retry-After). nullopt: retrying is over.
  std::optional<Duration> next(std::chrono::steady_clock::time_point now, Duration wished);

 private:
  const RetryConfig& config_;
  const std::chrono::steady_clock::time_point started_;
  Duration next_;
  std::minstd_rand random_;
};

}  // namespace oc::collector
