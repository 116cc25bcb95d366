// Whose sources an activity registers.
#pragma once

#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

// As it reports itself now, else as the registry remembers it. A permanent error names what to do about an unknown one.
Result<AgentRecord> known_agent(const FleetState& fleet, AgentRepository& agents, const std::string& agent_id);

}  // namespace oc::control_plane
