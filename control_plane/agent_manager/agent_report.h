// Reading what an agent says of itself: the parts of AgentToServer that are state.
#pragma once

#include "contracts/opamp/messages.h"
#include "control_plane/agent_manager/managed_agent.h"

namespace oc::control_plane {

struct ReportEffect {
  bool needs_full_state = false;  // something was missed: ask for everything
  bool settings_changed = false;  // what a config is rendered from
  std::uint64_t overflows = 0;    // of the queues of its discovery, since the report before
};

// Absent parts are unchanged (OpAMP, "Status Compression"). Remote config status is not looked at here.
ReportEffect apply_report(ManagedAgent& agent, const contracts::opamp::AgentToServer& message);

}  // namespace oc::control_plane
