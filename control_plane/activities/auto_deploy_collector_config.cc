#include "control_plane/activities/auto_deploy_collector_config.h"

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

// The agent gives a collector 10 s to run a config, and itself as long to go back to the one before.
constexpr std::chrono::milliseconds kApplyLimit{30'000};

bool settled(const AgentFacts& agent, std::int64_t version) {
  if (!agent.connected || agent.config_version > version) return true;
  if (agent.config_version < version) return false;
  return agent.config_state == ConfigState::kApplied || agent.config_state == ConfigState::kFailed;
}

}  // namespace

Result<DeploymentOutput> AutoDeployCollectorConfig::execute(const ConfigVersion& input,
                                                            const ActivityContext& context) {
  OC_TRY_ASSIGN(const auto artifact, artifact_of(parts_.configs, input.agent_id, input.config_version));
  if (artifact.state == ArtifactState::kRefused || artifact.state == ArtifactState::kBroken)
    return permanent(
        fmt::format("config version {} is {}: {}", input.config_version, to_string(artifact.state), artifact.error),
        "roll back, or apply another policy");
  if (artifact.state == ArtifactState::kRendered)
    OC_TRY(parts_.configs.set_config_state(input.agent_id, input.config_version, ArtifactState::kDeployed, ""));
  DeploymentOutput output{input.config_version, input.agent_id, "pending", "the agent is not connected"};
  parts_.agents.deploy(input.agent_id);
  const auto agent = parts_.fleet.wait_for_agent(
      input.agent_id, [&](const AgentFacts& facts) { return settled(facts, input.config_version); }, kApplyLimit,
      context.cancelled);
  if (!agent) return retryable("the agent did not say what became of the config");
  if (agent->config_version > input.config_version)
    return permanent(fmt::format("config version {} has taken its place", agent->config_version));
  if (agent->connected) {
    const bool applied = agent->config_state == ConfigState::kApplied;
    output.status = applied ? "success" : "failed";
    output.reason = applied ? "" : "the collector refused it: " + agent->config_error;
    OC_TRY(parts_.bus.publish(
        {{"config_deployed",
          input.agent_id,
          {{"config_version", input.config_version}, {"status", output.status}, {"reason", output.reason}}}}));
  }
  return output;
}

}  // namespace oc::control_plane
