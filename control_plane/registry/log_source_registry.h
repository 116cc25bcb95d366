// The registry of log sources (ING-L2): registers what agents report, once a source_id, and knows when each was last
// seen. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "control_plane/registry/label_rules.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

enum class Registration { kInserted, kUpdated, kUnchanged };

struct RegistrationCounts {
  std::size_t inserted = 0;
  std::size_t updated = 0;
  std::size_t unchanged = 0;
};

// A host whose containers come and go by the minute must not fill the disk: a gone source takes some 2 kB.
inline constexpr std::uint64_t kKeptGoneSources = 100'000;
// In one transaction, which takes some 100 ms.
inline constexpr std::uint64_t kForgottenAtOnce = 1'000;

class LogSourceRegistry {
 public:
  LogSourceRegistry(SourceRepository& sources, AgentRepository& agents, const Clock& clock)
      : sources_(sources), agents_(agents), clock_(clock) {}

  // Registering the same again changes nothing and writes nothing.
  Result<Registration> register_source(const AgentRecord& agent, const model::DiscoveredLogSource& source);
  // One transaction for all.
  Result<RegistrationCounts> register_sources(const AgentRecord& agent,
                                              const std::vector<model::DiscoveredLogSource>& sources);
  // As register_source, for one that is known: another is a permanent error.
  Result<Registration> update_source(const AgentRecord& agent, const model::DiscoveredLogSource& source);
  // A removed source stays known, as inactive. Returns how many were active.
  Result<std::uint64_t> mark_removed(const std::vector<std::string>& source_ids);
  // Active sources that nobody heard of since `before` become inactive; returns how many. Their agent is back with its
  // next sign of life, see touch().
  Result<std::uint64_t> mark_unseen(Nanos before);

  // Forgets sources that are inactive or deleted since before `before`, with their histories, some at a time; returns
  // how many. Of those that went later the newest kKeptGoneSources are kept.
  Result<std::uint64_t> forget_gone(Nanos before);

  // Labels that people set: they win over those of discovery and stay when the source is registered again. Refuses
  // what is not of low cardinality (label_rules.h) with a permanent error, and then changes nothing. Returns the source
  // as it is now.
  Result<model::RegisteredLogSource> update_source_labels(const std::string& source_id, const LabelChange& change,
                                                          const std::string& author);
  // Forgets a source but for its history. An agent that still finds it registers it anew.
  Status delete_source(const std::string& source_id, const std::string& author);

  Status save_agent(const AgentRecord& agent) { return agents_.save_agent(agent); }
  // A sign of life of an agent and so of all its active sources. Kept in memory until flush_touches(), so that a
  // heartbeat costs no write. True: its sources were marked inactive meanwhile, register all of them again.
  bool touch(const std::string& agent_id);
  Status flush_touches();

  SourceRepository& sources() { return sources_; }

 private:
  Result<model::RegisteredLogSource> known_source(const std::string& source_id);
  Result<std::uint64_t> deactivate(const std::vector<model::RegisteredLogSource>& sources, const std::string& reason);

  SourceRepository& sources_;
  AgentRepository& agents_;
  const Clock& clock_;
  std::mutex changes_;  // one change at a time: each writes what follows from what it read
  std::mutex mutex_;    // the two below
  std::map<std::string, Nanos> touched_;
  std::set<std::string> away_;  // agents whose sources mark_unseen() found
};

// service.name from the source's metadata, host.name from the agent: what its records carry as resource attributes
// unless people set others. What holds in the end are the `labels` of the registered source.
std::map<std::string, std::string> resource_labels(const model::DiscoveredLogSource& source,
                                                   const std::string& host_name);

}  // namespace oc::control_plane
