// For tests: an event bus without a disk.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

#include "control_plane/event_bus/event_bus.h"

namespace oc::control_plane {

class MemoryEventBus final : public EventBus {
 public:
  Status publish(std::vector<NewEvent> events) override {
    std::lock_guard lock(mutex_);
    for (auto& event : events)
      events_.push_back({static_cast<std::int64_t>(events_.size()) + 1, system_clock().wall_ns(), std::move(event.type),
                         std::move(event.subject), std::move(event.data)});
    changed_.notify_all();
    return {};
  }
  Result<std::vector<Event>> read(std::int64_t after, std::size_t limit,
                                  const std::vector<std::string>& types = {}) override {
    std::lock_guard lock(mutex_);
    std::vector<Event> found;
    for (const auto& event : events_)
      if (event.seq > after && found.size() < limit &&
          (types.empty() || std::ranges::find(types, event.type) != types.end()))
        found.push_back(event);
    return found;
  }
  std::int64_t newest() const override {
    std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(events_.size());
  }
  bool wait(std::int64_t after, std::chrono::milliseconds timeout, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::move(stop), timeout,
                             [&] { return static_cast<std::int64_t>(events_.size()) > after; });
  }
  Result<std::int64_t> position(const std::string& consumer) override {
    std::lock_guard lock(mutex_);
    return places_.try_emplace(consumer, static_cast<std::int64_t>(events_.size())).first->second;
  }
  Status advance(const std::string& consumer, std::int64_t seq) override {
    std::lock_guard lock(mutex_);
    places_[consumer] = seq;
    return {};
  }
  bool known(const std::string& consumer) {
    std::lock_guard lock(mutex_);
    return places_.contains(consumer);
  }
  std::vector<Event> all(const std::string& type) { return *read(0, 1'000'000, {type}); }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Event> events_;
  std::map<std::string, std::int64_t> places_;
};

}  // namespace oc::control_plane
