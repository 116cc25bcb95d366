// ING-L6: renders the last good policy with today's sources, applies and proves that, marks the bad version broken, and
// has what was read under it read again.
#pragma once

#include "control_plane/activities/collector_config_records.h"
#include "control_plane/activities/config_activity_parts.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {

class AutoRollbackOnFailure final : public TypedActivity<AutoRollbackOnFailure, RollbackInput, RollbackOutput> {
 public:
  static constexpr std::string_view kName = "auto_rollback_on_failure_activity";
  static constexpr std::string_view kDescription =
      "Takes a bad config back: last good policy, today's sources, applied and proven";
  explicit AutoRollbackOnFailure(const ConfigActivityParts& parts) : parts_(parts) {}
  ActivityLimits limits() const override { return {.timeout = std::chrono::minutes(3), .attempts = 10}; }
  Result<RollbackOutput> execute(const RollbackInput& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

}  // namespace oc::control_plane
