#include "control_plane/workflows/rollout_waves.h"

#include "base/log.h"

namespace oc::control_plane {

namespace {

bool settled(ArtifactState state) { return state == ArtifactState::kVerified || state == ArtifactState::kUnproven; }

}  // namespace

RolloutWaves::RolloutWaves(ConfigRepository& configs, PolicyRepository& policies, const FleetState& fleet,
                           MetricRegistry& metrics)
    : configs_(configs),
      policies_(policies),
      fleet_(fleet),
      waiting_gauge_(metrics.gauge("onecollector_rollout_waiting_agents",
                                   "Agents that keep the policy before until others have proven the current one")) {}

Result<std::int64_t> RolloutWaves::policy_for(const std::string& agent_id, Time now) {
  waiting_.erase(agent_id);
  OC_TRY_ASSIGN(const auto current, policies_.current_policy());
  OC_TRY_ASSIGN(const auto desired, configs_.desired_config(agent_id));
  std::int64_t kept = 0;
  if (desired && desired->config.policy_version != current.version) {
    OC_TRY_ASSIGN(const auto before, policies_.find_policy(desired->config.policy_version));
    if (before && before->state == model::PolicyState::kProven) {
      OC_TRY_ASSIGN(const auto others, wave(agent_id, current.version, now));
      const bool has_place = moving_.contains(agent_id) || others.moving < std::max<std::size_t>(others.settled, 1);
      if (has_place)
        moving_.try_emplace(agent_id, now);
      else
        kept = before->version;
    }
  } else {
    moving_.erase(agent_id);
  }
  if (kept > 0) waiting_.insert(agent_id);
  waiting_gauge_->set(static_cast<double>(waiting_.size()));
  return kept;
}

// Of the other agents that are connected. Who left while it was its turn gives its place away.
Result<RolloutWaves::Wave> RolloutWaves::wave(const std::string& agent_id, std::int64_t current, Time now) {
  Wave wave;
  for (const auto& agent : fleet_.agents()) {
    if (!agent.connected) {
      moving_.erase(agent.agent_id);
      waiting_.erase(agent.agent_id);
    }
    if (!agent.connected || agent.agent_id == agent_id) continue;
    OC_TRY_ASSIGN(const auto desired, configs_.desired_config(agent.agent_id));
    if (desired && desired->config.policy_version == current && settled(desired->state)) {
      moving_.erase(agent.agent_id);
      ++wave.settled;
    } else if (moving_.contains(agent.agent_id) || (desired && desired->config.policy_version == current)) {
      say_late(agent, current, now);
      ++wave.moving;
    }
  }
  return wave;
}

void RolloutWaves::say_late(const AgentFacts& agent, std::int64_t policy_version, Time now) {
  const auto since = moving_.try_emplace(agent.agent_id, now).first;
  if (since->second == Time::max() || now - since->second < kWaveIsLate) return;
  log::warn(
      "the rollout of policy version {} pauses: agent {} ({}) has not settled under it for {} s; "
      "'onecollector workflows' says why, 'onecollector rollback' takes it back",
      policy_version, agent.agent_id, agent.host_name, kWaveIsLate.count());
  since->second = Time::max();
}

std::vector<std::string> RolloutWaves::waiting() const {
  std::vector<std::string> agents;
  for (const auto& agent_id : waiting_)
    if (const auto agent = fleet_.agent(agent_id); agent && agent->connected) agents.push_back(agent_id);
  return agents;
}

}  // namespace oc::control_plane
