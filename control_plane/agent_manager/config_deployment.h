// From an agent's reported sources to the config its collector runs: register, render, keep as an artifact, push, and
// note what came of it. Used by the agent manager's thread only.
#pragma once

#include <memory>

#include "base/metrics.h"
#include "contracts/opamp/messages.h"
#include "control_plane/agent_manager/managed_agent.h"
#include "control_plane/config_builder/otel_config_builder.h"
#include "control_plane/registry/log_source_registry.h"

namespace oc::control_plane {

class ConfigDeployment {
 public:
  ConfigDeployment(LogSourceRegistry& registry, ConfigRepository& configs, const OtelConfigBuilder& builder,
                   FleetState& fleet, MetricRegistry& metrics, const Clock& clock);

  // At the first contact: what the registry remembers of this agent.
  Status load(ManagedAgent& agent);
  // Call when sources or settings changed; the source set must be known. An unchanged result makes no new version. A
  // retryable error: call again later.
  Status reconcile(ManagedAgent& agent);
  // Sends the newest artifact, unless the agent has it, or had it over this connection.
  Status push(ManagedAgent& agent);
  // True when the newest artifact was applied or failed just now.
  Result<bool> record_status(ManagedAgent& agent, const contracts::opamp::RemoteConfigStatus& status);

 private:
  Result<std::int64_t> newest_applied(const std::string& agent_id);
  Status register_changes(ManagedAgent& agent);
  Status store_version(ManagedAgent& agent, RenderedConfig rendered);
  void mark_blocks(ManagedAgent& agent, const SourceDifference& changed);

  LogSourceRegistry& registry_;
  ConfigRepository& configs_;
  const OtelConfigBuilder& builder_;
  FleetState& fleet_;
  const Clock& clock_;
  std::shared_ptr<Counter> rendered_, pushed_, inserted_, updated_, removed_;
};

}  // namespace oc::control_plane
