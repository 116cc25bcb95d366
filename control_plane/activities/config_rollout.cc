#include "control_plane/activities/config_rollout.h"

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

DeploymentOutput state_of(const FleetState& fleet, const ConfigVersion& input) {
  const auto agent = fleet.agent(input.agent_id).value_or(AgentFacts{});
  DeploymentOutput output{input.config_version, input.agent_id, "pending", ""};
  if (!agent.connected) output.reason = "the agent is not connected";
  if (agent.config_version != input.config_version) {
    output.reason = fmt::format("version {} is offered", agent.config_version);
    return output;
  }
  if (agent.config_state == ConfigState::kApplied) output.status = "success";
  if (agent.config_state == ConfigState::kFailed) output.status = "failed";
  if (output.status == "failed") output.reason = agent.config_error;
  return output;
}

}  // namespace

Result<DeploymentOutput> PushConfig::execute(const ConfigVersion& input, const ActivityContext&) {
  OC_TRY_ASSIGN(const auto artifact, artifact_of(parts_.configs, input.agent_id, input.config_version));
  OC_TRY_ASSIGN(const auto desired, parts_.configs.desired_config(input.agent_id));
  if (desired && desired->config.version > input.config_version)
    return permanent(fmt::format("config version {} has taken its place", desired->config.version),
                     "roll back, or apply another policy");
  if (artifact.state == ArtifactState::kRendered)
    OC_TRY(parts_.configs.set_config_state(input.agent_id, input.config_version, ArtifactState::kDeployed, ""));
  parts_.agents.deploy(input.agent_id);
  return state_of(parts_.fleet, input);
}

Result<DeploymentOutput> VerifyReload::execute(const ConfigVersion& input, const ActivityContext&) {
  OC_TRY(artifact_of(parts_.configs, input.agent_id, input.config_version));
  return state_of(parts_.fleet, input);
}

Result<RollbackOutput> RollbackConfig::execute(const RollbackConfigInput& input, const ActivityContext& context) {
  OC_TRY_ASSIGN(const auto desired, parts_.configs.desired_config(input.agent_id));
  if (!desired) return permanent(fmt::format("agent \"{}\" has no config yet", input.agent_id));
  if (desired->config.policy_version == kFirstPolicy)
    return permanent("no policy is applied: there is nothing to take back", "`onecollector policies` lists them");
  return AutoRollbackOnFailure(parts_).execute({input.agent_id, desired->config.version, input.reason}, context);
}

}  // namespace oc::control_plane
