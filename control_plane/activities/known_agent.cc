#include "control_plane/activities/known_agent.h"

#include <algorithm>

#include <fmt/format.h>

namespace oc::control_plane {

Result<AgentRecord> known_agent(const FleetState& fleet, AgentRepository& agents, const std::string& agent_id) {
  if (const auto facts = fleet.agent(agent_id))
    return AgentRecord{agent_id, facts->host_name, facts->version, facts->last_seen_ns, facts->last_seen_ns};
  OC_TRY_ASSIGN(const auto records, agents.list_agents());
  const auto at = std::ranges::find(records, agent_id, &AgentRecord::agent_id);
  if (at != records.end()) return *at;
  return permanent(fmt::format("agent_id: no agent has the id \"{}\"", agent_id),
                   "list_active_collectors_activity lists them, register_new_collector_activity adds one");
}

}  // namespace oc::control_plane
