// Offers an agent the config it is meant to run and notes what came of it. Which one that is, workflows decide
// (workflows/collector_dynamic_reload.h). Used by the agent manager's thread only.
#pragma once

#include <memory>

#include "base/metrics.h"
#include "contracts/opamp/messages.h"
#include "control_plane/agent_manager/managed_agent.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

class ConfigDeployment {
 public:
  ConfigDeployment(ConfigRepository& configs, MetricRegistry& metrics);

  // At the first contact: what is remembered of this agent.
  Status load(ManagedAgent& agent);
  // Takes up the desired artifact and sends it, unless the agent runs it, or (without `again`) was sent it over this
  // connection.
  Status offer_desired(ManagedAgent& agent, bool again = false);
  // True when the desired artifact was applied or failed just now.
  Result<bool> record_status(ManagedAgent& agent, const contracts::opamp::RemoteConfigStatus& status);

 private:
  Result<std::int64_t> newest_applied(const std::string& agent_id);
  void take_up(ManagedAgent& agent, const ConfigArtifact& desired);
  void send(ManagedAgent& agent, const model::CollectorConfig& config);

  ConfigRepository& configs_;
  std::shared_ptr<Counter> pushed_;
};

}  // namespace oc::control_plane
