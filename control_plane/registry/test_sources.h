// Sources and agents for tests.
#pragma once

#include <string>

#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

inline model::DiscoveredLogSource test_source(const std::string& id, const std::string& service = "app") {
  model::DiscoveredLogSource source;
  source.source_id = id;
  source.log_path = "/var/log/" + id + ".log";
  source.metadata["service_name"] = service;
  source.discovered_at_ns = 1'000'000'000;
  return source;
}

inline AgentRecord test_agent_record() { return {"agent-1", "web-1", "0.1.0", 1, 1}; }

}  // namespace oc::control_plane
