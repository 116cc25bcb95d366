// What a policy would do to every connected agent, without doing it.
#pragma once

#include "control_plane/api/rest_api.h"

namespace oc::control_plane {

// {"refused": …, "agents": [{"agent_id", "host_name", "refused", "problems", "quarantined", "notes", "diff" …}]}: the
// difference is to the config that is meant to run now. Takes as long as validating one config an agent.
Result<Json> plan_json(const ApiContext& context, const NewPolicy& policy);

}  // namespace oc::control_plane
