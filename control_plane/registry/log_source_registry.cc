#include "control_plane/registry/log_source_registry.h"

#include <unordered_map>

#include <fmt/format.h>

#include "base/ids.h"
#include "contracts/labels/labels.h"
#include "control_plane/registry/source_news.h"

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

std::map<std::string, std::string> with_user_labels(std::map<std::string, std::string> labels,
                                                    const std::map<std::string, std::string>& user_labels) {
  for (const auto& [name, value] : user_labels) labels[name] = value;
  return labels;
}

Registration merge(model::RegisteredLogSource& known, const AgentRecord& agent,
                   const model::DiscoveredLogSource& source, Nanos now) {
  const auto labels = with_user_labels(resource_labels(source, agent.host_name), known.user_labels);
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
  for (const char* name : {"container.id", "container.name", "container.image.name", "compose_project"})
    if (const auto found = source.metadata.find(name); found != source.metadata.end()) labels[name] = found->second;
  return labels;
}

Result<Registration> LogSourceRegistry::register_source(const AgentRecord& agent,
                                                        const model::DiscoveredLogSource& source) {
  OC_TRY_ASSIGN(const auto counts, register_sources(agent, {source}));
  if (counts.inserted > 0) return Registration::kInserted;
  return counts.updated > 0 ? Registration::kUpdated : Registration::kUnchanged;
}

Result<Registration> LogSourceRegistry::update_source(const AgentRecord& agent,
                                                      const model::DiscoveredLogSource& source) {
  OC_TRY(known_source(source.source_id));
  return register_source(agent, source);
}

Result<RegistrationCounts> LogSourceRegistry::register_sources(const AgentRecord& agent,
                                                               const std::vector<model::DiscoveredLogSource>& sources) {
  std::lock_guard lock(changes_);
  std::vector<std::string> ids;
  for (const auto& source : sources) ids.push_back(source.source_id);
  OC_TRY_ASSIGN(auto found, sources_.find_sources(ids));
  std::unordered_map<std::string, model::RegisteredLogSource> known;
  for (auto& source : found) known.emplace(source.source.source_id, std::move(source));

  const Nanos now = clock_.wall_ns();
  const auto author = agent_author(agent.agent_id);
  RegistrationCounts counts;
  SourceNews news;
  std::vector<model::RegisteredLogSource> changed;
  for (const auto& source : sources) {
    const auto at = known.find(source.source_id);
    if (at == known.end()) {
      changed.push_back(newly_registered(agent, source, now));
      known.emplace(source.source_id, changed.back());
      tell_registered(news, changed.back(), author, now);
      ++counts.inserted;
      continue;
    }
    const auto before = at->second;
    if (merge(at->second, agent, source, now) == Registration::kUpdated) {
      changed.push_back(at->second);
      tell_updated(news, before, at->second, author, now);
      ++counts.updated;
    } else {
      ++counts.unchanged;
    }
  }
  if (!changed.empty()) OC_TRY(sources_.save_sources(changed, news));
  return counts;
}

Result<std::uint64_t> LogSourceRegistry::mark_removed(const std::vector<std::string>& source_ids) {
  if (source_ids.empty()) return 0;
  std::lock_guard lock(changes_);
  OC_TRY_ASSIGN(auto sources, sources_.find_sources(source_ids));
  std::erase_if(sources, [](const auto& found) { return found.source.status != model::SourceStatus::kActive; });
  return deactivate(sources, "its agent does not find it any more");
}

Result<std::uint64_t> LogSourceRegistry::mark_unseen(Nanos before) {
  OC_TRY(flush_touches());
  std::lock_guard lock(changes_);
  OC_TRY_ASSIGN(const auto sources, sources_.unseen_sources(before));
  OC_TRY_ASSIGN(const auto changed, deactivate(sources, "its agent is away since " + to_rfc3339(before)));
  std::lock_guard away_lock(mutex_);
  for (const auto& source : sources) away_.insert(source.agent_id);
  return changed;
}

Result<std::uint64_t> LogSourceRegistry::deactivate(const std::vector<model::RegisteredLogSource>& sources,
                                                    const std::string& reason) {
  if (sources.empty()) return 0;
  const Nanos now = clock_.wall_ns();
  SourceNews news;
  std::vector<std::string> ids;
  for (const auto& source : sources) {
    ids.push_back(source.source.source_id);
    tell_inactive(news, source, reason, kOwnAuthor, now);
  }
  OC_TRY(sources_.set_inactive(ids, now, news));
  return ids.size();
}

Result<model::RegisteredLogSource> LogSourceRegistry::known_source(const std::string& source_id) {
  OC_TRY_ASSIGN(auto found, sources_.find_sources({source_id}));
  if (found.empty())
    return permanent(fmt::format("no source has the id \"{}\"", source_id), "`onecollector sources` lists all");
  return std::move(found.front());
}

Result<model::RegisteredLogSource> LogSourceRegistry::update_source_labels(const std::string& source_id,
                                                                           const LabelChange& change,
                                                                           const std::string& author) {
  std::lock_guard lock(changes_);
  OC_TRY_ASSIGN(auto before, known_source(source_id));
  auto after = before;
  OC_TRY_ASSIGN(after.user_labels, changed_labels(before.user_labels, change));
  if (after.user_labels == before.user_labels) return before;
  for (const auto& [name, value] : change.set) {
    OC_TRY_ASSIGN(const auto known, sources_.label_values(name));
    OC_TRY(check_value_count(name, value, known));
  }
  const auto host = before.labels.find("host.name");  // nobody can set it
  after.labels = with_user_labels(
      resource_labels(before.source, host == before.labels.end() ? std::string() : host->second), after.user_labels);
  SourceNews news;
  tell_labels(news, before, after, author, clock_.wall_ns());
  OC_TRY(sources_.save_user_labels(after, news));
  return after;
}

Status LogSourceRegistry::delete_source(const std::string& source_id, const std::string& author) {
  std::lock_guard lock(changes_);
  OC_TRY_ASSIGN(const auto source, known_source(source_id));
  SourceNews news;
  const Nanos now = clock_.wall_ns();
  tell_deleted(news, source, author, now);
  return sources_.delete_source(source_id, now, news);
}

Result<std::uint64_t> LogSourceRegistry::forget_gone(Nanos before) {
  std::lock_guard lock(changes_);
  return sources_.forget_gone(before, kKeptGoneSources, kForgottenAtOnce);
}

bool LogSourceRegistry::touch(const std::string& agent_id) {
  std::lock_guard lock(mutex_);
  touched_[agent_id] = clock_.wall_ns();
  return away_.erase(agent_id) > 0;
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
