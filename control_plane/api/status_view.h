// Agents and the whole as the API shows them.
#pragma once

#include "control_plane/api/rest_api.h"

namespace oc::control_plane {

Json agent_json(const AgentFacts& agent);
// Agents that were never seen since our start are listed as the registry remembers them: not connected.
Result<std::vector<AgentFacts>> all_agents(const ApiContext& context);
Result<Json> status_json(const ApiContext& context);

}  // namespace oc::control_plane
