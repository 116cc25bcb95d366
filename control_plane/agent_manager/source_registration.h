// Brings what an agent reports of its sources into the registry (ING-L2). Used by the agent manager's thread only.
#pragma once

#include <memory>

#include "base/metrics.h"
#include "control_plane/agent_manager/managed_agent.h"
#include "control_plane/registry/log_source_registry.h"

namespace oc::control_plane {

class SourceRegistration {
 public:
  SourceRegistration(LogSourceRegistry& registry, MetricRegistry& metrics);

  // What changed in the agent's set since the last call that succeeded. Its record must have been saved.
  Status register_changes(ManagedAgent& agent);

 private:
  LogSourceRegistry& registry_;
  std::shared_ptr<Counter> inserted_, updated_, removed_;
};

}  // namespace oc::control_plane
