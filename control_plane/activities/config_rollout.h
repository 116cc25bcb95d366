// The steps of rolling a config out, each callable alone under the names of the source document's catalogue.
#pragma once

#include "control_plane/activities/auto_deploy_collector_config.h"
#include "control_plane/activities/auto_rollback_on_failure.h"

namespace oc::control_plane {

class PushConfig final : public TypedActivity<PushConfig, ConfigVersion, DeploymentOutput> {
 public:
  static constexpr std::string_view kName = "push_config_activity";
  static constexpr std::string_view kDescription =
      "Offers a config to its agent, without waiting for what becomes of it";
  explicit PushConfig(const ConfigActivityParts& parts) : parts_(parts) {}
  Result<DeploymentOutput> execute(const ConfigVersion& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

class VerifyReload final : public TypedActivity<VerifyReload, ConfigVersion, DeploymentOutput> {
 public:
  static constexpr std::string_view kName = "verify_reload_activity";
  static constexpr std::string_view kDescription = "Whether the collector runs a config";
  explicit VerifyReload(const ConfigActivityParts& parts) : parts_(parts) {}
  Result<DeploymentOutput> execute(const ConfigVersion& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

struct RollbackConfigInput {
  std::string agent_id;
  std::string reason;
  static constexpr auto fields() {
    using I = RollbackConfigInput;
    return std::tuple(contracts::required("agent_id", &I::agent_id, "Whose config is taken back"),
                      contracts::required("reason", &I::reason, "Why"));
  }
};

class RollbackConfig final : public TypedActivity<RollbackConfig, RollbackConfigInput, RollbackOutput> {
 public:
  static constexpr std::string_view kName = "rollback_config_activity";
  static constexpr std::string_view kDescription = "Takes the present policy back on an agent and marks it broken";
  explicit RollbackConfig(const ConfigActivityParts& parts) : parts_(parts) {}
  ActivityLimits limits() const override { return {.timeout = std::chrono::minutes(3)}; }
  Result<RollbackOutput> execute(const RollbackConfigInput& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

}  // namespace oc::control_plane
