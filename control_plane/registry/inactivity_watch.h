// Marks sources inactive whose agent is away for too long, and forgets those that are gone for much longer. A thread of
// its own, which sleeps nearly always.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "control_plane/registry/log_source_registry.h"

namespace oc::control_plane {

class InactivityWatch {
 public:
  // `registry` and `clock` outlive the watch. It looks ten times within `inactive_after`, but at least once a minute.
  InactivityWatch(LogSourceRegistry& registry, std::chrono::seconds inactive_after, std::chrono::seconds forget_after,
                  const Clock& clock);
  ~InactivityWatch() { stop(); }
  // Idempotent.
  void stop();

 private:
  void run(const std::stop_token& stop);
  void look();
  void forget(const std::stop_token& stop);

  LogSourceRegistry& registry_;
  const Nanos inactive_after_ns_, forget_after_ns_;
  const std::chrono::milliseconds pause_;
  const Clock& clock_;
  const Nanos started_at_ns_;
  std::mutex mutex_;
  std::condition_variable_any stopping_;
  std::jthread thread_;  // last: starts when all else is there
};

}  // namespace oc::control_plane
