// The registry of log sources (ING-L2): registers what agents report, once a source_id, and knows when each was last
// seen. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

enum class Registration { kInserted, kUpdated, kUnchanged };

struct RegistrationCounts {
  std::size_t inserted = 0;
  std::size_t updated = 0;
  std::size_t unchanged = 0;
};

class LogSourceRegistry {
 public:
  LogSourceRegistry(SourceRepository& sources, AgentRepository& agents, const Clock& clock)
      : sources_(sources), agents_(agents), clock_(clock) {}

  // Registering the same again changes nothing and writes nothing.
  Result<Registration> register_source(const AgentRecord& agent, const model::DiscoveredLogSource& source);
  // One transaction for all.
  Result<RegistrationCounts> register_sources(const AgentRecord& agent,
                                              const std::vector<model::DiscoveredLogSource>& sources);
  // A removed source stays known, as inactive. Returns how many were active.
  Result<std::uint64_t> mark_removed(const std::vector<std::string>& source_ids);

  Status save_agent(const AgentRecord& agent) { return agents_.save_agent(agent); }
  // A sign of life of an agent and so of all its active sources. Kept in memory until flush_touches(), so that a
  // heartbeat costs no write.
  void touch(const std::string& agent_id);
  Status flush_touches();

  SourceRepository& sources() { return sources_; }

 private:
  SourceRepository& sources_;
  AgentRepository& agents_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Nanos> touched_;
};

// service.name from the source's metadata, host.name from the agent: what its records carry as resource attributes.
std::map<std::string, std::string> resource_labels(const model::DiscoveredLogSource& source,
                                                   const std::string& host_name);

}  // namespace oc::control_plane
