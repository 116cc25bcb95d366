#include "control_plane/activities/activity_runner.h"

#include <algorithm>
#include <exception>
#include <vector>

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Result<Json> run_guarded(Activity& activity, const Json& input, const ActivityContext& context) {
  try {
    return activity.run(input, context);
  } catch (const std::exception& error) {
    return permanent(fmt::format("unexpected: {}", error.what()), "this is a bug of the activity");
  }
}

// False: `stop` came first.
bool pause(milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

std::optional<milliseconds> retry_pause(const ActivityLimits& limits, int attempt, const Error& error) {
  if (!error.retryable() || attempt >= limits.attempts) return std::nullopt;
  auto duration = limits.first_pause;
  for (int i = 1; i < attempt && duration < limits.longest_pause; ++i) duration *= 2;
  return std::min(duration, limits.longest_pause);
}

ActivityRunner::ActivityRunner() : thread_([this] { watch(); }) {}

ActivityRunner::~ActivityRunner() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

AttemptResult ActivityRunner::attempt(Activity& activity, const Json& input, ActivityContext context) {
  const auto timeout = activity.limits().timeout;
  std::stop_source source;
  const std::stop_callback passed_on(context.cancelled, [&source] { source.request_stop(); });
  context.cancelled = source.get_token();
  bool fired = false;
  const auto deadline = set_deadline(steady_clock::now() + timeout, {source, &fired});
  AttemptResult result{run_guarded(activity, input, context)};
  remove_deadline(deadline, fired);
  if (!result.output && fired) {
    result.timed_out = true;
    result.output = retryable(fmt::format("no answer within {} ms: {}", timeout.count(), result.output.error().message),
                              result.output.error().next_step);
  }
  return result;
}

ActivityResult ActivityRunner::run(Activity& activity, const Json& input, std::stop_token cancelled) {
  const auto began = steady_clock::now();
  const auto limits = activity.limits();
  int number = 1;
  auto last = attempt(activity, input, {cancelled, "", number});
  while (!last.output && !cancelled.stop_requested()) {
    const auto wait = retry_pause(limits, number, last.output.error());
    if (!wait || !pause(*wait, cancelled)) break;
    last = attempt(activity, input, {cancelled, "", ++number});
  }
  return {std::move(last.output), last.timed_out, number,
          std::chrono::duration_cast<milliseconds>(steady_clock::now() - began)};
}

ActivityRunner::Deadlines::iterator ActivityRunner::set_deadline(Time at, Deadline deadline) {
  std::lock_guard lock(mutex_);
  const auto placed = deadlines_.emplace(at, std::move(deadline));
  if (placed == deadlines_.begin()) changed_.notify_one();
  return placed;
}

// Under the lock, so that a deadline that fires now is seen or does not fire at all.
void ActivityRunner::remove_deadline(Deadlines::iterator at, const bool& fired) {
  std::lock_guard lock(mutex_);
  if (!fired) deadlines_.erase(at);
}

void ActivityRunner::watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (deadlines_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = deadlines_.begin();
    if (steady_clock::now() < first->first) {
      changed_.wait_until(lock, Time(first->first));
      continue;
    }
    auto source = std::move(first->second.source);
    *first->second.fired = true;
    deadlines_.erase(first);
    lock.unlock();  // callbacks of the activity run here
    source.request_stop();
    lock.lock();
  }
}

}  // namespace oc::control_plane
