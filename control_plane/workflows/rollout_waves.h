// Which policy an agent's next config is rendered under. One that the canary agent has proven reaches the others in
// waves (DESIGN section 3): at most as many agents change to it at a time as have settled under it, so one, two, four
// …; where none settles the rollout pauses, and where one is taken back it ends for all. Whoever waits keeps its
// policy, and its sources still come and go under that. What is taken back is left by everybody at once. For one
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/registry/policy_repository.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

// A rollout that waits this long for an agent is said to be paused.
inline constexpr std::chrono::seconds kWaveIsLate{60};

class RolloutWaves {
 public:
  using Time = std::chrono::steady_clock::time_point;
  RolloutWaves(ConfigRepository& configs, PolicyRepository& policies, const FleetState& fleet, MetricRegistry& metrics);

  // A version; 0: the current one, whatever it is. An answer of 0 to an agent of an older policy takes a place in the
  // wave, until its config under the current one has settled or it disconnects.
  Result<std::int64_t> policy_for(const std::string& agent_id, Time now);
  // Those that were told to keep an older policy, and are connected. Their turn may have come.
  std::vector<std::string> waiting() const;

 private:
  struct Wave {
    std::size_t settled = 0, moving = 0;
  };
  Result<Wave> wave(const std::string& agent_id, std::int64_t current, Time now);
  void say_late(const AgentFacts& agent, std::int64_t policy_version, Time now);

  ConfigRepository& configs_;
  PolicyRepository& policies_;
  const FleetState& fleet_;
  std::map<std::string, Time> moving_;  // since when; the same, told to be late: Time::max()
  std::set<std::string> waiting_;
  std::shared_ptr<Gauge> waiting_gauge_;
};

}  // namespace oc::control_plane
