#include "control_plane/activities/list_active_collectors.h"

namespace oc::control_plane {

Result<ListActiveCollectorsOutput> ListActiveCollectors::execute(const Input&, const ActivityContext&) {
  Output output;
  for (const auto& agent : fleet_.agents()) {
    if (!agent.connected) continue;
    output.collectors.push_back({agent.agent_id, agent.host_name, agent.collector.kind, agent.collector.version,
                                 agent.collector_healthy, agent.config_version,
                                 std::string(to_string(agent.config_state)), to_rfc3339(agent.last_seen_ns)});
  }
  return output;
}

}  // namespace oc::control_plane
