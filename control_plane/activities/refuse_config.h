// A config that validation or the canary refused: it is never applied, and a policy that was only proposed is broken.
#pragma once

#include "control_plane/activities/collector_config_records.h"
#include "control_plane/activities/config_activity_parts.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {

class RefuseConfig final : public TypedActivity<RefuseConfig, RefusalInput, ConfigVersion> {
 public:
  static constexpr std::string_view kName = "refuse_config_activity";
  static constexpr std::string_view kDescription = "Marks a config, and the policy it was to try, as refused";
  explicit RefuseConfig(const ConfigActivityParts& parts) : parts_(parts) {}
  Result<ConfigVersion> execute(const RefusalInput& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

}  // namespace oc::control_plane
