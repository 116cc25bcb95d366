#include "control_plane/activities/register_new_collector.h"

#include <algorithm>

#include "contracts/opamp/instance_uid.h"

namespace oc::control_plane {

Result<RegisterNewCollectorOutput> RegisterNewCollector::execute(const Input& input, const ActivityContext&) {
  if (const auto uid = contracts::opamp::uid_from_uuid(input.agent_id); !uid)
    return permanent("agent_id: " + uid.error().message, uid.error().next_step);
  if (input.host_name.empty()) return permanent("host_name: is empty");
  OC_TRY_ASSIGN(const auto records, agents_.list_agents());
  const auto known = std::ranges::find(records, input.agent_id, &AgentRecord::agent_id);
  // The agent itself knows better, and has been here.
  if (known != records.end()) return Output{input.agent_id, false};
  const Nanos now = clock_.wall_ns();
  OC_TRY(agents_.save_agent({input.agent_id, input.host_name, input.version, now, now}));
  return Output{input.agent_id, true};
}

}  // namespace oc::control_plane
