#include "control_plane/event_bus/event_feed.h"

namespace oc::control_plane {

namespace {

constexpr std::chrono::hours kLongestWait{1};  // a stop or an event ends it earlier

}  // namespace

EventFeed::EventFeed(EventBus& bus) : bus_(bus), thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::uint64_t EventFeed::subscribe(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  followers_.emplace(++last_subscription_, std::move(wake));
  return last_subscription_;
}

void EventFeed::unsubscribe(std::uint64_t subscription) {
  std::lock_guard lock(mutex_);
  followers_.erase(subscription);
}

void EventFeed::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void EventFeed::run(const std::stop_token& stop) {
  auto seen = bus_.newest();
  while (!stop.stop_requested()) {
    if (!bus_.wait(seen, kLongestWait, stop)) continue;
    seen = bus_.newest();
    std::lock_guard lock(mutex_);
    for (const auto& [subscription, wake] : followers_) wake();
  }
}

}  // namespace oc::control_plane
