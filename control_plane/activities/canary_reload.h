// CP-7: the canary of a single host. The new config runs over the newest records there are, into counting sinks, before
// anything is applied; a source of which nothing comes through is a failure. Under the policy of the config before only
// the sources that came or changed are run.
#pragma once

#include "control_plane/activities/collector_config_records.h"
#include "control_plane/activities/config_activity_parts.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {

class CanaryReload final : public TypedActivity<CanaryReload, ConfigVersion, CanaryOutput> {
 public:
  static constexpr std::string_view kName = "canary_reload_activity";
  static constexpr std::string_view kDescription =
      "Tries a config on its host's newest 1,000 records, into counting sinks";
  explicit CanaryReload(const ConfigActivityParts& parts) : parts_(parts) {}
  ActivityLimits limits() const override { return {.timeout = std::chrono::seconds(40), .attempts = 2}; }
  Result<CanaryOutput> execute(const ConfigVersion& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

}  // namespace oc::control_plane
