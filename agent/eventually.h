// For tests: waiting for a condition instead of for a time.
#pragma once

#include <chrono>
#include <thread>

namespace oc::agent {

// False if the condition does not come true within a minute, which only a broken program takes: a busy disk takes
// seconds to sync.
template <typename Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace oc::agent
