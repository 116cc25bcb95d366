// CP-7: a config that did well is kept, and its policy becomes everybody's.
#pragma once

#include "control_plane/activities/collector_config_records.h"
#include "control_plane/activities/config_activity_parts.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {

class PromoteConfig final : public TypedActivity<PromoteConfig, PromotionInput, ConfigVersion> {
 public:
  static constexpr std::string_view kName = "promote_config_activity";
  static constexpr std::string_view kDescription = "Marks a config as proven and makes its policy the current one";
  explicit PromoteConfig(const ConfigActivityParts& parts) : parts_(parts) {}
  Result<ConfigVersion> execute(const PromotionInput& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

}  // namespace oc::control_plane
