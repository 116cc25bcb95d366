// Decides when an agent's reload workflow runs (CP-7: by events, and every 20 s, for ever): when its sources changed,
// when a policy is to be tried on it, when its config failed to apply, and when what was promoted without lines to
// prove it has had some. One run at a time for each agent; what comes meanwhile waits and becomes one more. One thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/config_builder/config_generator.h"
#include "control_plane/verification/verification_board.h"
#include "control_plane/workflows/collector_dynamic_reload.h"
#include "control_plane/workflows/rollout_waves.h"
#include "control_plane/workflows/workflow_engine.h"

namespace oc::control_plane {

struct ReloadTimes {
  std::chrono::milliseconds coalesce{100};             // changes within it become one config version (DESIGN section 3)
  std::chrono::milliseconds coalesce_official{5'000};  // its reload stops the pipeline
  // Of sources that went, for which nobody waits: many, or what comes meanwhile with them, in one.
  std::chrono::milliseconds coalesce_gone{5'000};
  std::chrono::milliseconds reconcile{20'000};         // whatever the events said
  std::chrono::milliseconds wave{1'000};               // how often those that wait for their wave are looked at
  std::chrono::milliseconds longest_backoff{600'000};  // of a config that failed or was left: doubled from `reconcile`
};

class ReloadScheduler final : public FleetListener {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Parts {
    WorkflowEngine& engine;
    const ConfigGenerator& generator;
    ConfigRepository& configs;
    PolicyRepository& policies;
    const FleetState& fleet;
    const VerificationBoard& board;
    MetricRegistry& metrics;
    ReloadTimes times = {};
  };
  explicit ReloadScheduler(const Parts& parts)
      : parts_(parts), waves_(parts.configs, parts.policies, parts.fleet, parts.metrics) {}
  ~ReloadScheduler() override { stop(); }

  void start();
  void stop();

  // Tries the policy on one agent; the others follow when it was promoted. Returns the run's id; empty: another run has
  // not ended, and this follows it. Errors: no agent is connected (retryable). Thread-safe.
  Result<std::string> try_policy(const model::Policy& policy);
  // Takes the current policy back, on one agent first; the others follow. Likewise.
  Result<std::string> take_back(const std::string& reason, const std::string& author);
  // Looks at an agent, or at all, soon. Thread-safe.
  void reconcile(const std::string& agent_id);
  void reconcile_all();

  void sources_changed(const std::string& agent_id, SetChange change) override;
  void config_settled(const std::string&) override {}
  void ledger_moved(const std::vector<contracts::LedgerEntry>&) override {}
  void collector_reported(const std::string&) override {}
  void probe_written(const std::string&, const contracts::ProbeWritten&) override {}

 private:
  struct Backoff {
    std::chrono::milliseconds pause{0};
    Time until;
  };
  void run();
  void set_due(const std::string& agent_id, Time at);
  std::vector<std::string> take_due(Time now);
  Time next_look();
  void look(const std::string& agent_id, Time now);
  // Empty: there is nothing to do.
  Result<std::optional<ConfigChange>> change_for(const AgentFacts& agent, Time now);
  Result<bool> wants_run(const AgentFacts& agent, std::int64_t policy_version, Time now);
  Result<std::int64_t> policy_after_leaving(const std::string& agent_id);
  bool may_try_again(Backoff& backoff, Time now);
  Result<bool> can_be_settled(const AgentFacts& agent);
  void look_at_proposed();
  Result<std::string> begin(const ConfigChange& change);
  std::string canary_agent() const;

  // What was there when it was last tried to prove what is unproven.
  struct Unsettled {
    std::int64_t config_version = 0;
    std::uint64_t bytes = 0;
    bool operator==(const Unsettled&) const = default;
  };

  const Parts parts_;
  RolloutWaves waves_;                              // the thread's
  Time next_wave_;                                  // the thread's
  std::map<std::string, Unsettled> unsettled_;      // by agent; the thread's, as is the next
  std::map<std::string, Backoff> backoffs_;         // of agents whose config failed to apply; the thread's
  std::map<std::string, Backoff> policy_backoffs_;  // of agents that went back from the current policy; the thread's

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Time> due_;
  Time next_round_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace oc::control_plane
