#include "control_plane/agent_manager/config_deployment.h"

#include "base/log.h"
#include "base/utf8.h"

namespace oc::control_plane {

namespace opamp = contracts::opamp;

namespace {

RenderedSources rendered_sources(const std::map<std::string, model::DiscoveredLogSource>& sources) {
  RenderedSources rendered;
  for (const auto& [id, source] : sources)
    if (source.status == model::SourceStatus::kActive) rendered.emplace(id, rendered_source(source));
  return rendered;
}

ConfigState state_of(const ConfigArtifact& artifact) {
  switch (artifact.state) {
    case ArtifactState::kApplied:
    case ArtifactState::kVerified:
    case ArtifactState::kUnproven:
      return ConfigState::kApplied;
    case ArtifactState::kFailed:
    case ArtifactState::kRefused:
    case ArtifactState::kBroken:
      return ConfigState::kFailed;
    case ArtifactState::kRendered:
    case ArtifactState::kDeployed:
      return ConfigState::kApplying;
  }
  return ConfigState::kApplying;
}

std::shared_ptr<Counter> source_counter(MetricRegistry& metrics, const char* change) {
  return metrics.counter("onecollector_source_registrations_total", "Changes of the registry of log sources",
                         {{"change", change}});
}

}  // namespace

ConfigDeployment::ConfigDeployment(LogSourceRegistry& registry, ConfigRepository& configs,
                                   const OtelConfigBuilder& builder, FleetState& fleet, MetricRegistry& metrics,
                                   const Clock& clock)
    : registry_(registry),
      configs_(configs),
      builder_(builder),
      fleet_(fleet),
      clock_(clock),
      rendered_(metrics.counter("onecollector_configs_rendered_total", "Config versions made")),
      pushed_(metrics.counter("onecollector_configs_pushed_total", "Configs sent to agents")),
      inserted_(source_counter(metrics, "inserted")),
      updated_(source_counter(metrics, "updated")),
      removed_(source_counter(metrics, "removed")) {}

Status ConfigDeployment::load(ManagedAgent& agent) {
  OC_TRY_ASSIGN(const auto desired, configs_.desired_config(agent.facts.agent_id));
  if (!desired) return {};
  agent.facts.config_version = desired->config.version;
  agent.facts.config_hash = desired->config.hash;
  agent.facts.config_state = state_of(*desired);
  agent.facts.config_error = desired->error;
  OC_TRY_ASSIGN(agent.facts.applied_version, newest_applied(agent.facts.agent_id));
  OC_TRY_ASSIGN(const auto sources, registry_.sources().active_sources_of(agent.facts.agent_id));
  for (const auto& registered : sources) {
    if (registered.config_version == 0) continue;
    agent.rendered.emplace(registered.source.source_id, rendered_source(registered.source));
    agent.block_versions.emplace(registered.source.source_id, registered.config_version);
  }
  return {};
}

Result<std::int64_t> ConfigDeployment::newest_applied(const std::string& agent_id) {
  OC_TRY_ASSIGN(const auto versions, configs_.list_configs(agent_id, kKeptConfigVersions));
  for (const auto& artifact : versions)
    if (state_of(artifact) == ConfigState::kApplied) return artifact.config.version;
  return 0;
}

Status ConfigDeployment::register_changes(ManagedAgent& agent) {
  const auto& changes = agent.set.changes();
  if (changes.empty()) return {};
  std::vector<model::DiscoveredLogSource> reported;
  for (const auto& id : changes.upserted) reported.push_back(agent.set.sources().at(id));
  OC_TRY_ASSIGN(const auto counts, registry_.register_sources(agent.record, reported));
  OC_TRY_ASSIGN(const auto removed, registry_.mark_removed({changes.removed.begin(), changes.removed.end()}));
  inserted_->add(counts.inserted);
  updated_->add(counts.updated);
  removed_->add(removed);
  agent.set.clear_changes();
  return {};
}

Status ConfigDeployment::reconcile(ManagedAgent& agent) {
  OC_TRY(register_changes(agent));
  std::vector<LabelledSource> sources;
  for (const auto& [id, source] : agent.set.sources()) sources.push_back({&source, nullptr});
  OC_TRY_ASSIGN(RenderedConfig rendered, builder_.build(agent.facts.collector, sources));
  if (rendered.hash != agent.facts.config_hash) OC_TRY(store_version(agent, std::move(rendered)));
  fleet_.set_config_versions(agent.block_versions);
  return push(agent);
}

Status ConfigDeployment::store_version(ManagedAgent& agent, RenderedConfig rendered) {
  auto now_rendered = rendered_sources(agent.set.sources());
  const auto changed = difference(agent.rendered, now_rendered);
  OC_TRY_ASSIGN(const auto latest, configs_.latest_config(agent.facts.agent_id));
  model::CollectorConfig config;
  config.version = latest ? latest->config.version + 1 : 1;
  config.parent = agent.facts.config_version;
  config.agent_id = agent.facts.agent_id;
  config.hash = std::move(rendered.hash);
  config.yaml = std::move(rendered.yaml);
  config.reason = change_reason(changed, agent.rendered, now_rendered);
  config.author = "onecollector";
  config.generated_at_ns = clock_.wall_ns();
  OC_TRY(configs_.add_config(config));
  rendered_->add();
  log::info("config version {} of agent {} ({}): {}", config.version, agent.facts.agent_id, agent.facts.host_name,
            config.reason);
  agent.facts.config_version = config.version;
  agent.facts.config_hash = config.hash;
  agent.facts.config_state = ConfigState::kApplying;
  agent.facts.config_error.clear();
  agent.rendered = std::move(now_rendered);
  mark_blocks(agent, changed);
  return {};
}

// The registry's note of the version is for people; it does not hold up the config when it cannot be written.
void ConfigDeployment::mark_blocks(ManagedAgent& agent, const SourceDifference& changed) {
  auto brought = changed.added;
  brought.insert(brought.end(), changed.changed.begin(), changed.changed.end());
  for (const auto& id : brought) agent.block_versions[id] = agent.facts.config_version;
  for (const auto& id : changed.removed) agent.block_versions.erase(id);
  if (auto saved = registry_.sources().set_config_version(brought, agent.facts.config_version); !saved)
    log::warn("noting the config version of {} sources: {}", brought.size(), saved.error().text());
}

Status ConfigDeployment::push(ManagedAgent& agent) {
  const auto& hash = agent.facts.config_hash;
  const bool accepts = (agent.capabilities & opamp::kAcceptsRemoteConfig) != 0;
  if (!agent.peer || !accepts || hash.empty() || agent.reported_config_hash == hash || agent.sent_config_hash == hash)
    return {};
  OC_TRY_ASSIGN(const auto desired, configs_.desired_config(agent.facts.agent_id));
  if (!desired) return {};
  opamp::ServerToAgent message;
  message.instance_uid = agent.instance_uid;
  message.remote_config = opamp::RemoteConfig{{{"", {desired->config.yaml, "text/yaml"}}}, desired->config.hash};
  agent.peer->send_binary(opamp::encode(message));
  agent.sent_config_hash = hash;
  agent.facts.config_state = ConfigState::kApplying;
  pushed_->add();
  return {};
}

Result<bool> ConfigDeployment::record_status(ManagedAgent& agent, const opamp::RemoteConfigStatus& status) {
  agent.reported_config_hash = status.last_hash;
  auto& facts = agent.facts;
  if (status.last_hash != facts.config_hash || facts.config_hash.empty()) return false;
  const bool applied = status.state == opamp::RemoteConfigState::kApplied;
  const bool failed = status.state == opamp::RemoteConfigState::kFailed;
  if (applied) facts.applied_version = facts.config_version;
  const auto state = applied ? ConfigState::kApplied : failed ? ConfigState::kFailed : ConfigState::kApplying;
  const bool news = facts.config_state != state;
  facts.config_state = state;
  facts.config_error = failed ? to_utf8(status.error) : "";
  if (!news || (!applied && !failed)) return applied || failed;
  OC_TRY(configs_.set_config_state(facts.agent_id, facts.config_version,
                                   applied ? ArtifactState::kApplied : ArtifactState::kFailed, facts.config_error));
  if (failed)
    log::warn("agent {} could not apply config version {}: {}", facts.agent_id, facts.config_version, status.error);
  return true;
}

}  // namespace oc::control_plane
