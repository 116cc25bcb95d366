#include "control_plane/registry/inactivity_watch.h"

#include "base/log.h"

namespace oc::control_plane {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestPause{60'000};
constexpr int kLooksWithin = 10;

}  // namespace

InactivityWatch::InactivityWatch(LogSourceRegistry& registry, std::chrono::seconds inactive_after,
                                 std::chrono::seconds forget_after, const Clock& clock)
    : registry_(registry),
      inactive_after_ns_(std::chrono::nanoseconds(inactive_after).count()),
      forget_after_ns_(std::chrono::nanoseconds(forget_after).count()),
      pause_(std::min(kLongestPause, milliseconds(inactive_after) / kLooksWithin)),
      clock_(clock),
      started_at_ns_(clock.wall_ns()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void InactivityWatch::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void InactivityWatch::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    stopping_.wait_for(lock, stop, pause_, [] { return false; });
    if (stop.stop_requested()) return;
    look();
    forget(stop);
  }
}

// While we did not run no agent could be heard: what was known before counts from our start on.
void InactivityWatch::look() {
  const Nanos before = clock_.wall_ns() - inactive_after_ns_;
  if (before < started_at_ns_) return;
  const auto marked = registry_.mark_unseen(before);
  if (!marked) log::warn("looking for sources that are away: {}", marked.error().text());
  if (marked && *marked > 0) log::info("{} sources are inactive now: their agent is away", *marked);
}

void InactivityWatch::forget(const std::stop_token& stop) {
  std::uint64_t total = 0;
  while (!stop.stop_requested()) {
    const auto forgotten = registry_.forget_gone(clock_.wall_ns() - forget_after_ns_);
    if (!forgotten) log::warn("forgetting sources that are gone: {}", forgotten.error().text());
    total += forgotten.value_or(0);
    if (!forgotten || *forgotten < kForgottenAtOnce) break;
  }
  if (total > 0) log::info("{} sources that are gone for long are forgotten, with their histories", total);
}

}  // namespace oc::control_plane
