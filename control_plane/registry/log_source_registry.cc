#include "control_plane/registry/log_source_registry.h"

#include <unordered_map>

#include "base/ids.h"
#include "contracts/labels/labels.h"

namespace oc::control_plane {

namespace {

model::RegisteredLogSource newly_registered(const AgentRecord& agent, const model::DiscoveredLogSource& source,
                                            Nanos now) {
  model::RegisteredLogSource registered;
  registered.id = random_uuid();
  registered.agent_id = agent.agent_id;
  registered.source = source;
  registered.labels = resource_labels(source, agent.host_name);
  registered.registered_at_ns = now;
  registered.last_seen_ns = now;
  return registered;
}

// A restarted agent finds the same source at a later time: that alone is no change.
bool same_source(const model::DiscoveredLogSource& known, model::DiscoveredLogSource reported) {
  reported.discovered_at_ns = known.discovered_at_ns;
  return known == reported;
}

Registration merge(model::RegisteredLogSource& known, const AgentRecord& agent,
                   const model::DiscoveredLogSource& source, Nanos now) {
  const auto labels = resource_labels(source, agent.host_name);
  if (known.agent_id == agent.agent_id && known.labels == labels && same_source(known.source, source))
    return Registration::kUnchanged;
  const Nanos discovered_at = known.source.discovered_at_ns;
  known.agent_id = agent.agent_id;
  known.source = source;
  known.source.discovered_at_ns = discovered_at;
  known.labels = labels;
  known.last_seen_ns = now;
  return Registration::kUpdated;
}

}  // namespace

std::map<std::string, std::string> resource_labels(const model::DiscoveredLogSource& source,
                                                   const std::string& host_name) {
  const auto service = source.metadata.find("service_name");
  const bool named = service != source.metadata.end() && !service->second.empty();
  std::map<std::string, std::string> labels;
  labels["service.name"] = named ? service->second : std::string(contracts::kUnknownService);
  if (!host_name.empty()) labels["host.name"] = host_name;
  return labels;
}

Result<Registration> LogSourceRegistry::register_source(const AgentRecord& agent,
                                                        const model::DiscoveredLogSource& source) {
  OC_TRY_ASSIGN(const auto counts, register_sources(agent, {source}));
  if (counts.inserted > 0) return Registration::kInserted;
  return counts.updated > 0 ? Registration::kUpdated : Registration::kUnchanged;
}

Result<RegistrationCounts> LogSourceRegistry::register_sources(const AgentRecord& agent,
                                                               const std::vector<model::DiscoveredLogSource>& sources) {
  std::vector<std::string> ids;
  for (const auto& source : sources) ids.push_back(source.source_id);
  OC_TRY_ASSIGN(auto found, sources_.find_sources(ids));
  std::unordered_map<std::string, model::RegisteredLogSource> known;
  for (auto& source : found) known.emplace(source.source.source_id, std::move(source));

  const Nanos now = clock_.wall_ns();
  RegistrationCounts counts;
  std::vector<model::RegisteredLogSource> changed;
  for (const auto& source : sources) {
    const auto at = known.find(source.source_id);
    if (at == known.end()) {
      changed.push_back(newly_registered(agent, source, now));
      known.emplace(source.source_id, changed.back());
      ++counts.inserted;
    } else if (merge(at->second, agent, source, now) == Registration::kUpdated) {
      changed.push_back(at->second);
      ++counts.updated;
    } else {
      ++counts.unchanged;
    }
  }
  if (!changed.empty()) OC_TRY(sources_.save_sources(changed));
  return counts;
}

Result<std::uint64_t> LogSourceRegistry::mark_removed(const std::vector<std::string>& source_ids) {
  if (source_ids.empty()) return 0;
  return sources_.set_status(source_ids, model::SourceStatus::kInactive);
}

void LogSourceRegistry::touch(const std::string& agent_id) {
  std::lock_guard lock(mutex_);
  touched_[agent_id] = clock_.wall_ns();
}

Status LogSourceRegistry::flush_touches() {
  std::vector<AgentRecord> agents;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [agent_id, seen] : touched_) agents.push_back({agent_id, "", "", 0, seen});
    touched_.clear();
  }
  if (agents.empty()) return {};
  return agents_.set_last_seen(agents);
}

}  // namespace oc::control_plane
