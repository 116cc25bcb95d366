#include "control_plane/activities/promote_config.h"

namespace oc::control_plane {

Result<ConfigVersion> PromoteConfig::execute(const PromotionInput& input, const ActivityContext&) {
  OC_TRY_ASSIGN(const auto artifact, artifact_of(parts_.configs, input.agent_id, input.config_version));
  const auto policy_version = artifact.config.policy_version;
  OC_TRY(parts_.configs.set_config_state(input.agent_id, input.config_version,
                                         input.proven ? ArtifactState::kVerified : ArtifactState::kUnproven,
                                         input.proven ? "" : input.reason));
  OC_TRY_ASSIGN(const auto policy, parts_.policies.find_policy(policy_version));
  const bool proposed = policy && policy->state == model::PolicyState::kProposed;
  if (proposed) OC_TRY(parts_.policies.set_policy_state(policy_version, model::PolicyState::kCurrent, ""));
  if (proposed) parts_.policies_changed();
  const bool news = proposed || artifact.state != ArtifactState::kVerified;
  if (news)
    OC_TRY(parts_.bus.publish({{"config_promoted",
                                input.agent_id,
                                {{"config_version", input.config_version},
                                 {"policy_version", policy_version},
                                 {"proven", input.proven},
                                 {"reason", input.reason}}}}));
  return ConfigVersion{input.agent_id, input.config_version};
}

}  // namespace oc::control_plane
