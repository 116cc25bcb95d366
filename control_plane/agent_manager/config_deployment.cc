#include "control_plane/agent_manager/config_deployment.h"

#include "base/log.h"
#include "base/utf8.h"

namespace oc::control_plane {

namespace opamp = contracts::opamp;

namespace {

ConfigState state_of(ArtifactState state) {
  switch (state) {
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

}  // namespace

ConfigDeployment::ConfigDeployment(ConfigRepository& configs, MetricRegistry& metrics)
    : configs_(configs), pushed_(metrics.counter("onecollector_configs_pushed_total", "Configs sent to agents")) {}

Status ConfigDeployment::load(ManagedAgent& agent) {
  OC_TRY_ASSIGN(const auto desired, configs_.desired_config(agent.facts.agent_id));
  if (!desired) return {};
  take_up(agent, *desired);
  OC_TRY_ASSIGN(agent.facts.applied_version, newest_applied(agent.facts.agent_id));
  return {};
}

Result<std::int64_t> ConfigDeployment::newest_applied(const std::string& agent_id) {
  OC_TRY_ASSIGN(const auto versions, configs_.list_configs(agent_id, kKeptConfigVersions));
  for (const auto& artifact : versions)
    if (state_of(artifact.state) == ConfigState::kApplied) return artifact.config.version;
  return 0;
}

void ConfigDeployment::take_up(ManagedAgent& agent, const ConfigArtifact& desired) {
  auto& facts = agent.facts;
  facts.config_version = desired.config.version;
  facts.config_hash = desired.config.hash;
  facts.config_state = state_of(desired.state);
  facts.config_error = facts.config_state == ConfigState::kFailed ? desired.error : "";
}

Status ConfigDeployment::offer_desired(ManagedAgent& agent, bool again) {
  OC_TRY_ASSIGN(const auto desired, configs_.desired_config(agent.facts.agent_id));
  if (!desired) return {};
  if (desired->config.version != agent.facts.config_version) take_up(agent, *desired);
  if (agent.reported_config_hash == desired->config.hash && agent.reported_applied) {
    agent.facts.config_state = ConfigState::kApplied;
    agent.facts.applied_version = desired->config.version;
    if (desired->state == ArtifactState::kDeployed || desired->state == ArtifactState::kRendered)
      return configs_.set_config_state(agent.facts.agent_id, desired->config.version, ArtifactState::kApplied, "");
    return {};
  }
  const bool accepts = (agent.capabilities & opamp::kAcceptsRemoteConfig) != 0;
  if (!agent.peer || !accepts) return {};
  if (agent.sent_config_hash == desired->config.hash && !again) return {};
  send(agent, desired->config);
  return {};
}

void ConfigDeployment::send(ManagedAgent& agent, const model::CollectorConfig& config) {
  opamp::ServerToAgent message;
  message.instance_uid = agent.instance_uid;
  message.remote_config = opamp::RemoteConfig{{{"", {config.yaml, "text/yaml"}}}, config.hash};
  agent.peer->send_binary(opamp::encode(message));
  agent.sent_config_hash = config.hash;
  agent.facts.config_state = ConfigState::kApplying;
  agent.facts.config_error.clear();
  pushed_->add();
}

Result<bool> ConfigDeployment::record_status(ManagedAgent& agent, const opamp::RemoteConfigStatus& status) {
  const bool applied = status.state == opamp::RemoteConfigState::kApplied;
  const bool failed = status.state == opamp::RemoteConfigState::kFailed;
  agent.reported_config_hash = status.last_hash;
  agent.reported_applied = applied;
  auto& facts = agent.facts;
  if (status.last_hash != facts.config_hash || facts.config_hash.empty()) return false;
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
