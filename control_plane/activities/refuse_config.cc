#include "control_plane/activities/refuse_config.h"

#include "base/log.h"

namespace oc::control_plane {

Result<ConfigVersion> RefuseConfig::execute(const RefusalInput& input, const ActivityContext&) {
  if (input.config_version > 0)
    OC_TRY(
        parts_.configs.set_config_state(input.agent_id, input.config_version, ArtifactState::kRefused, input.reason));
  OC_TRY_ASSIGN(const auto policy, parts_.policies.find_policy(input.policy_version));
  const bool taken_back = input.on_trial && input.policy_version > kFirstPolicy;
  if (policy && (taken_back || policy->state == model::PolicyState::kProposed))
    OC_TRY(parts_.policies.set_policy_state(input.policy_version, model::PolicyState::kBroken, input.reason));
  if (taken_back) parts_.policies_changed();
  log::warn("agent {}: config version {} (policy version {}) is refused: {}", input.agent_id, input.config_version,
            input.policy_version, input.reason);
  OC_TRY(parts_.bus.publish({{"config_refused",
                              input.agent_id,
                              {{"config_version", input.config_version},
                               {"policy_version", input.policy_version},
                               {"host", parts_.fleet.agent(input.agent_id).value_or(AgentFacts{}).host_name},
                               {"reason", input.reason}}}}));
  return ConfigVersion{input.agent_id, input.config_version};
}

}  // namespace oc::control_plane
