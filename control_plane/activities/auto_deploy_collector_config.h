// ING-L4: offers a config to its agent over OpAMP and waits for what becomes of it.
#pragma once

#include "control_plane/activities/collector_config_records.h"
#include "control_plane/activities/config_activity_parts.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {

class AutoDeployCollectorConfig final
    : public TypedActivity<AutoDeployCollectorConfig, ConfigVersion, DeploymentOutput> {
 public:
  static constexpr std::string_view kName = "auto_deploy_collector_config_activity";
  static constexpr std::string_view kDescription =
      "Pushes a config to its agent and waits until the collector runs it, or says why not";
  explicit AutoDeployCollectorConfig(const ConfigActivityParts& parts) : parts_(parts) {}
  ActivityLimits limits() const override { return {.timeout = std::chrono::minutes(1)}; }
  Result<DeploymentOutput> execute(const ConfigVersion& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

}  // namespace oc::control_plane
