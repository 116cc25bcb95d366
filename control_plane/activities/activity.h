// An activity: a named step with typed input and output that may be called alone (REST, CLI, an outside workflow
// engine) or by a workflow. Idempotent: the same input again leaves the world as once. Journaled by whoever calls it.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::control_plane {

// How it is tried. A retryable error is tried again after `first_pause`, doubled each time up to `longest_pause`, while
// attempts and time are left; a permanent one ends it.
struct ActivityLimits {
  std::chrono::milliseconds timeout{30'000};  // of one attempt: `cancelled` is set then
  int attempts = 5;
  std::chrono::milliseconds first_pause{200};
  std::chrono::milliseconds longest_pause{10'000};
};

struct ActivityContext {
  std::stop_token cancelled;  // time is over, the run was cancelled, or the control plane stops
  std::string run_id;         // of the workflow that calls; empty: called alone
  int attempt = 1;
};

// The untyped side, by which activities are listed and called by name.
class Activity {
 public:
  virtual ~Activity() = default;
  virtual std::string_view name() const = 0;         // "push_config_activity"
  virtual std::string_view description() const = 0;  // one line
  virtual Json input_schema() const = 0;             // JSON Schema
  virtual Json output_schema() const = 0;
  virtual ActivityLimits limits() const { return {}; }
  // May block, within limits().timeout; called from any thread. Input that breaks the schema is a permanent error that
  // names the member.
  virtual Result<Json> run(const Json& input, const ActivityContext& context) = 0;
};

}  // namespace oc::control_plane
