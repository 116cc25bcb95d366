#include "collector/exporters/otlp_http/retry_backoff.h"

#include <algorithm>

namespace oc::collector {

std::optional<Duration> RetryBackoff::next(std::chrono::steady_clock::time_point now, Duration wished) {
  if (!config_.enabled) return std::nullopt;
  const double spread = config_.randomization_factor * (2.0 * random_() / std::minstd_rand::max() - 1.0);
  auto wait = Duration(static_cast<std::int64_t>(static_cast<double>(next_.count()) * (1.0 + spread)));
  next_ = std::min(config_.max_interval,
                   Duration(static_cast<std::int64_t>(static_cast<double>(next_.count()) * config_.multiplier)));
  wait = std::max(wait, wished);
  if (config_.max_elapsed_time.count() > 0 && now + wait - started_ > config_.max_elapsed_time) return std::nullopt;
  return wait;
}

}  // namespace oc::collector
