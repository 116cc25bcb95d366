// Keeps what repeats itself from filling the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <utility>

namespace oc::collector {

// Thread-safe.
class LogRateLimit {
 public:
  static constexpr std::chrono::seconds kInterval{10};

  // Whether a line may be written now; `left_out` becomes how many were not since the last.
  bool allow(std::chrono::steady_clock::time_point now, std::uint64_t& left_out) {
    std::lock_guard lock(mutex_);
    if (now < next_) {
      ++left_out_;
      return false;
    }
    next_ = now + kInterval;
    left_out = std::exchange(left_out_, 0);
    return true;
  }

 private:
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_{};
  std::uint64_t left_out_ = 0;
};

}  // namespace oc::collector
