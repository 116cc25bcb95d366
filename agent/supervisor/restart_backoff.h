// How long to wait before starting a collector that died: 100 ms doubling to 10 s, from the beginning again after it
// was well for a minute.
#pragma once

#include <algorithm>
#include <chrono>

namespace oc::agent {

class RestartBackoff {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void started(Time now) { started_ = now; }
  std::chrono::milliseconds after_death(Time now) {
    if (now - started_ >= kWell) next_ = kFirst;
    const auto wait = next_;
    next_ = std::min(next_ * 2, kMost);
    return wait;
  }

 private:
  static constexpr std::chrono::milliseconds kFirst{100}, kMost{10'000};
  static constexpr std::chrono::seconds kWell{60};
  std::chrono::milliseconds next_ = kFirst;
  Time started_;
};

}  // namespace oc::agent
