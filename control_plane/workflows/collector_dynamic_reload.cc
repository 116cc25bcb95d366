#include "control_plane/workflows/collector_dynamic_reload.h"

#include <fmt/format.h>

#include "control_plane/activities/auto_deploy_collector_config.h"
#include "control_plane/activities/auto_generate_collector_config.h"
#include "control_plane/activities/auto_rollback_on_failure.h"
#include "control_plane/activities/auto_verify_log_pipeline.h"
#include "control_plane/activities/canary_reload.h"
#include "control_plane/activities/config_rollout.h"
#include "control_plane/activities/promote_config.h"
#include "control_plane/activities/refuse_config.h"

namespace oc::control_plane {

namespace {

// A policy that cannot be rendered has no config version: 0.
Workflow<ReloadOutcome> refuse(WorkflowContext& run, ConfigChange change, std::int64_t config_version,
                               std::string reason, bool on_trial) {
  co_await run.activity<RefuseConfig>({change.agent_id, config_version, change.policy_version, reason, on_trial});
  co_return ReloadOutcome{"refused", config_version, change.policy_version, reason};
}

Workflow<ReloadOutcome> roll_back(WorkflowContext& run, std::string agent_id, std::int64_t config_version,
                                  std::string reason, bool blame) {
  const auto done = co_await run.activity<AutoRollbackOnFailure>({agent_id, config_version, reason, blame});
  co_return ReloadOutcome{
      "rolled_back", done.rollback_to_version, done.rollback_to_policy_version,
      done.verified ? reason : fmt::format("{}; what runs now is not proven: {}", reason, done.verification)};
}

// Only a change of policy can be taken back: a source that was found stays found, whatever its sink says of it.
bool can_be_taken_back(const GeneratedConfigOutput& config, const ProofOutput& proof) {
  return config.on_trial || (config.policy_version > kFirstPolicy && !proof.policy_was_proven);
}

ReloadOutcome outcome(const char* result, const GeneratedConfigOutput& config, std::string reason) {
  return {result, config.config_version, config.policy_version, std::move(reason)};
}

}  // namespace

Workflow<ReloadOutcome> collector_dynamic_reload(WorkflowContext& run, ConfigChange change) {
  if (change.take_back) {
    const auto back = co_await run.activity<RollbackConfig>({change.agent_id, change.reason});
    co_return ReloadOutcome{"rolled_back", back.rollback_to_version, back.rollback_to_policy_version,
                            back.verified ? back.reason : back.verification};
  }
  const auto config = co_await run.try_activity<AutoGenerateCollectorConfig>(
      {change.agent_id, change.policy_version, change.reason, change.author});
  if (!config && config.error().retryable()) co_return std::unexpected(config.error());
  if (!config) co_return co_await refuse(run, change, 0, config.error().message, false);
  change.policy_version = config->policy_version;

  std::string left_out_everything;  // of what runs already: found out too late to refuse it
  if (!config->first) {
    const auto canary = co_await run.try_activity<CanaryReload>({change.agent_id, config->config_version});
    if (!canary && canary.error().retryable()) co_return outcome("pending", *config, canary.error().message);
    if (!canary) co_return std::unexpected(canary.error());
    if (!canary->passed && config->changed)
      co_return co_await refuse(run, change, config->config_version, canary->reason, config->on_trial);
    if (!canary->passed) left_out_everything = canary->reason;
  }

  const auto deployed = co_await run.activity<AutoDeployCollectorConfig>({change.agent_id, config->config_version});
  if (deployed.status != "success") {
    if (deployed.status == "failed" && config->on_trial)
      co_return co_await roll_back(run, change.agent_id, config->config_version, deployed.reason, true);
    co_return outcome(deployed.status == "failed" ? "failed" : "pending", *config, deployed.reason);
  }

  const auto proof = co_await run.activity<AutoVerifyLogPipeline>({change.agent_id, config->config_version});
  const bool delivered = proof.state == "delivered", good = delivered || proof.state == "unproven";
  if (!left_out_everything.empty() && can_be_taken_back(*config, proof))
    co_return co_await roll_back(run, change.agent_id, config->config_version, left_out_everything, true);
  if (proof.state == "superseded") co_return outcome("pending", *config, proof.reason);
  if (!good && can_be_taken_back(*config, proof))
    co_return co_await roll_back(run, change.agent_id, config->config_version, proof.reason, proof.state == "failed");
  co_await run.activity<PromoteConfig>({change.agent_id, config->config_version, delivered, proof.reason});
  co_return outcome(delivered ? "promoted" : "unproven", *config, proof.reason);
}

}  // namespace oc::control_plane
