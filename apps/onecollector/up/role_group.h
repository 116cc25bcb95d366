// The roles of one `up`, as a whole.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "apps/onecollector/up/process_finder.h"
#include "apps/onecollector/up/role_process.h"
#include "base/files.h"
#include "base/process.h"
#include "contracts/config/config.h"

namespace oc::apps {

class RoleGroup {
 public:
  RoleGroup(const contracts::Config& config, const contracts::DataDirectory& data, const ServiceUser& user,
            const std::vector<std::string>& arguments, const std::string& backfill);

  Status start();
  // Waits for the next event up to `timeout`; reaps, restarts, rotates logs. False: told to stop.
  bool tend(SignalWait& signals, std::chrono::milliseconds timeout);
  // The role that died kHopeless times, with its last words: before readiness that ends `up`.
  const RoleProcess* hopeless() const;
  // Agent and collector first, so that what they hold still reaches the store. At most 5 s, then by force.
  void stop();

 private:
  void reap();
  void write_state() const;  // DataDirectory::state(): pids and endpoints, for clients and for people
  bool wait_until_gone(const std::function<bool(const RoleProcess&)>& which, std::chrono::steady_clock::time_point end);

  contracts::Config config_;
  contracts::DataDirectory data_;
  std::vector<RoleProcess> roles_;
  ProcessFinder finder_;
  UniqueFd file_system_events_;  // ours over the agent's lives: only we could mark again
  std::chrono::steady_clock::time_point next_rotation_{};
  std::chrono::steady_clock::time_point next_groups_{};
};

}  // namespace oc::apps
