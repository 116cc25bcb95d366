#include "control_plane/activities/auto_rollback_on_failure.h"

#include <fmt/format.h>

#include "base/log.h"
#include "control_plane/activities/auto_deploy_collector_config.h"
#include "control_plane/activities/auto_verify_log_pipeline.h"

namespace oc::control_plane {

namespace {

// Marks what failed, so that no render uses it again; returns the policy to go back to. The same call again finds the
// marks and returns the same.
Result<model::Policy> give_up(const ConfigActivityParts& parts, const ConfigArtifact& failed,
                              const RollbackInput& input) {
  const auto bad = failed.config.policy_version;
  OC_TRY_ASSIGN(auto good, parts.policies.last_good_policy(bad));
  OC_TRY(parts.configs.set_config_state(input.agent_id, input.failed_config_version, ArtifactState::kBroken,
                                        input.reason));
  if (bad == kFirstPolicy) return good;
  OC_TRY_ASSIGN(const auto policy, parts.policies.find_policy(bad));
  const bool proposed = policy && policy->state == model::PolicyState::kProposed;
  if (input.blame) {
    OC_TRY(parts.policies.set_policy_state(bad, model::PolicyState::kBroken, input.reason));
    if (!proposed) parts.policies_changed();
  } else if (proposed) {
    OC_TRY(parts.policies.set_policy_state(bad, model::PolicyState::kSuperseded, input.reason));
  }
  return good;
}

}  // namespace

Result<RollbackOutput> AutoRollbackOnFailure::execute(const RollbackInput& input, const ActivityContext& context) {
  OC_TRY_ASSIGN(const auto failed, artifact_of(parts_.configs, input.agent_id, input.failed_config_version));
  OC_TRY_ASSIGN(const auto good, give_up(parts_, failed, input));
  OC_TRY_ASSIGN(const auto generated,
                parts_.generator.generate(
                    {.agent_id = input.agent_id,
                     .policy_version = good.version,
                     .reason = fmt::format("version {} taken back: {}", input.failed_config_version, input.reason),
                     .reread = {failed.config.hash}}));
  RollbackOutput output{input.failed_config_version, generated.config.version, failed.config.policy_version,
                        good.version, input.reason};
  const ConfigVersion back{input.agent_id, generated.config.version};
  OC_TRY_ASSIGN(const auto deployed, AutoDeployCollectorConfig(parts_).execute(back, context));
  output.verification = deployed.reason;
  if (deployed.status == "success") {
    OC_TRY_ASSIGN(const auto proof, AutoVerifyLogPipeline(parts_).execute(back, context));
    output.verified = proof.state == "delivered" || proof.state == "unproven";
    output.verification = proof.reason;
    const auto state = proof.state == "delivered" ? ArtifactState::kVerified : ArtifactState::kUnproven;
    OC_TRY(parts_.configs.set_config_state(input.agent_id, back.config_version, state, ""));
  }
  log::warn("agent {}: config version {} is taken back, version {} runs: {}", input.agent_id,
            input.failed_config_version, output.rollback_to_version, input.reason);
  auto data = contracts::write_record(output);
  data["host_name"] = parts_.fleet.agent(input.agent_id).value_or(AgentFacts{}).host_name;
  OC_TRY(parts_.bus.publish({{"config_rolled_back", input.agent_id, std::move(data)}}));
  return output;
}

}  // namespace oc::control_plane
