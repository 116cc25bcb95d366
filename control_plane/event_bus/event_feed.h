// Wakes everybody who follows the bus without blocking: one thread waits for all of them. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "control_plane/event_bus/event_bus.h"

namespace oc::control_plane {

class EventFeed {
 public:
  explicit EventFeed(EventBus& bus);  // must outlive the feed
  ~EventFeed() { stop(); }
  EventBus& bus() { return bus_; }
  // `wake` is called after each publication, on the feed's thread: it must be short. Not after unsubscribe() returned.
  std::uint64_t subscribe(std::function<void()> wake);
  void unsubscribe(std::uint64_t subscription);
  // Idempotent.
  void stop();

 private:
  void run(const std::stop_token& stop);

  EventBus& bus_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::function<void()>> followers_;
  std::uint64_t last_subscription_ = 0;
  std::jthread thread_;  // last: starts when all else is there
};

}  // namespace oc::control_plane
