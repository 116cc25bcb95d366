// ING-L3: a complete collector config for all active sources of an agent, validated, kept as an immutable version.
#pragma once

#include "control_plane/activities/collector_config_records.h"
#include "control_plane/activities/config_activity_parts.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {

class AutoGenerateCollectorConfig final
    : public TypedActivity<AutoGenerateCollectorConfig, GenerateConfigInput, GeneratedConfigOutput> {
 public:
  static constexpr std::string_view kName = "auto_generate_collector_config_activity";
  static constexpr std::string_view kDescription =
      "Renders, validates and keeps the config that an agent's collector should run today";
  explicit AutoGenerateCollectorConfig(const ConfigActivityParts& parts) : parts_(parts) {}
  ActivityLimits limits() const override { return {.timeout = std::chrono::minutes(2)}; }
  Result<GeneratedConfigOutput> execute(const GenerateConfigInput& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

}  // namespace oc::control_plane
