// What the activities of the reload workflow work with; all must outlive them.
#pragma once

#include <functional>

#include "base/clock.h"
#include "control_plane/agent_manager/agent_manager.h"
#include "control_plane/config_builder/config_generator.h"
#include "control_plane/event_bus/event_bus.h"
#include "control_plane/registry/policy_repository.h"
#include "control_plane/registry/registry_repository.h"
#include "control_plane/verification/verifier.h"

namespace oc::control_plane {

struct ConfigActivityParts {
  ConfigGenerator& generator;
  ConfigRepository& configs;
  PolicyRepository& policies;
  AgentManager& agents;
  const FleetState& fleet;
  Verifier& verifier;
  EventBus& bus;
  std::function<void()> policies_changed;  // another one is current: all agents are to be looked at
};

// The artifact, or a permanent error that names it.
Result<ConfigArtifact> artifact_of(ConfigRepository& configs, const std::string& agent_id, std::int64_t version);

}  // namespace oc::control_plane
