#include "control_plane/activities/collector_control.h"

namespace oc::control_plane {

Result<CollectorControlOutput> CollectorControl::perform(contracts::CollectorAction action,
                                                         const CollectorControlInput& input,
                                                         const ActivityContext& context) {
  std::string agent_id = input.agent_id;
  if (agent_id.empty()) {
    OC_TRY_ASSIGN(agent_id, only_agent());
  }
  contracts::CollectorRequest request;
  request.action = action;
  OC_TRY(agents_.request(agent_id, std::move(request), context.cancelled));
  return CollectorControlOutput{agent_id};
}

Result<std::string> CollectorControl::only_agent() const {
  std::string found;
  for (const auto& agent : fleet_.agents()) {
    if (!agent.connected) continue;
    if (!found.empty()) return permanent("several agents are connected", "name one: {\"agent_id\": \"…\"}");
    found = agent.agent_id;
  }
  if (found.empty()) return retryable("no agent is connected");
  return found;
}

}  // namespace oc::control_plane
