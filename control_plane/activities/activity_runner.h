// Runs activities within their limits: the time of an attempt, and when another one follows. Used by the workflow
// engine, which journals between attempts, and by direct calls, which do not. Thread-safe.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "control_plane/activities/activity.h"

namespace oc::control_plane {

struct AttemptResult {
  Result<Json> output;
  bool timed_out = false;  // then `output` is a retryable error
};

struct ActivityResult {
  Result<Json> output;
  bool timed_out = false;  // the last attempt
  int attempts = 0;
  std::chrono::milliseconds duration{0};
};

// How long to wait after the failed attempt number `attempt` (from 1); nullopt: there is no further one.
std::optional<std::chrono::milliseconds> retry_pause(const ActivityLimits& limits, int attempt, const Error& error);

class ActivityRunner {
 public:
  ActivityRunner();  // starts the thread that ends attempts whose time is over
  ~ActivityRunner();
  ActivityRunner(const ActivityRunner&) = delete;
  ActivityRunner& operator=(const ActivityRunner&) = delete;

  // One attempt, on the caller's thread. `context.cancelled` is the caller's wish to end; the activity sees it, and the
  // end of its time, in one token. An activity that finished in spite of them keeps its output. An exception, which is
  // a bug, becomes a permanent error.
  AttemptResult attempt(Activity& activity, const Json& input, ActivityContext context);
  // With retries and their pauses. Returns early once `cancelled`.
  ActivityResult run(Activity& activity, const Json& input, std::stop_token cancelled);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Deadline {
    std::stop_source source;
    bool* fired;  // of the attempt, which takes its deadline away before it returns
  };
  using Deadlines = std::multimap<Time, Deadline>;

  Deadlines::iterator set_deadline(Time at, Deadline deadline);
  void remove_deadline(Deadlines::iterator at, const bool& fired);
  void watch();

  std::mutex mutex_;
  std::condition_variable changed_;
  Deadlines deadlines_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace oc::control_plane
