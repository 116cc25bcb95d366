// OPS-0: starts, stops, reloads, restarts an agent's collector, through the agent that supervises it. All are
// idempotent: starting one that runs leaves it as it is.
#pragma once

#include <tuple>

#include "contracts/record/record.h"
#include "control_plane/activities/typed_activity.h"
#include "control_plane/agent_manager/agent_manager.h"

namespace oc::control_plane {

struct CollectorControlInput {
  std::string agent_id;
  static constexpr auto fields() {
    return std::tuple(contracts::optional("agent_id", &CollectorControlInput::agent_id,
                                          "Whose collector; may be left out where one agent is connected"));
  }
};
struct CollectorControlOutput {
  std::string agent_id;
  static constexpr auto fields() {
    return std::tuple(contracts::required("agent_id", &CollectorControlOutput::agent_id, "Whose collector it was"));
  }
};

// What the four have in common.
class CollectorControl {
 public:
  CollectorControl(AgentManager& agents, const FleetState& fleet) : agents_(agents), fleet_(fleet) {}
  Result<CollectorControlOutput> perform(contracts::CollectorAction action, const CollectorControlInput& input,
                                         const ActivityContext& context);

 private:
  Result<std::string> only_agent() const;

  AgentManager& agents_;
  const FleetState& fleet_;
};

template <typename Self, contracts::CollectorAction kAction>
class CollectorControlActivity : public TypedActivity<Self, CollectorControlInput, CollectorControlOutput> {
 public:
  CollectorControlActivity(AgentManager& agents, const FleetState& fleet) : control_(agents, fleet) {}
  Result<CollectorControlOutput> execute(const CollectorControlInput& input, const ActivityContext& context) override {
    return control_.perform(kAction, input, context);
  }

 private:
  CollectorControl control_;
};

class StartCollector final : public CollectorControlActivity<StartCollector, contracts::CollectorAction::kStart> {
 public:
  static constexpr std::string_view kName = "start_collector_activity";
  static constexpr std::string_view kDescription = "Starts an agent's collector, also one that was stopped on request";
  using CollectorControlActivity::CollectorControlActivity;
};
class StopCollector final : public CollectorControlActivity<StopCollector, contracts::CollectorAction::kStop> {
 public:
  static constexpr std::string_view kName = "stop_collector_activity";
  static constexpr std::string_view kDescription = "Stops an agent's collector until it is started again";
  using CollectorControlActivity::CollectorControlActivity;
};
class ReloadCollector final : public CollectorControlActivity<ReloadCollector, contracts::CollectorAction::kReload> {
 public:
  static constexpr std::string_view kName = "reload_collector_activity";
  static constexpr std::string_view kDescription = "Has an agent's collector take its config up again";
  using CollectorControlActivity::CollectorControlActivity;
};
class RestartCollector final : public CollectorControlActivity<RestartCollector, contracts::CollectorAction::kRestart> {
 public:
  static constexpr std::string_view kName = "restart_collector_activity";
  static constexpr std::string_view kDescription = "Stops and starts an agent's collector";
  using CollectorControlActivity::CollectorControlActivity;
};

}  // namespace oc::control_plane
