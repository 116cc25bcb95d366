// ING-L5: whether a config that was applied delivers: a probe through it, and every source's ledger.
#pragma once

#include "control_plane/activities/collector_config_records.h"
#include "control_plane/activities/config_activity_parts.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {

class AutoVerifyLogPipeline final : public TypedActivity<AutoVerifyLogPipeline, ConfigVersion, ProofOutput> {
 public:
  static constexpr std::string_view kName = "auto_verify_log_pipeline_activity";
  static constexpr std::string_view kDescription =
      "Proves delivery under a config: a probe line, and each source's bytes against the store";
  explicit AutoVerifyLogPipeline(const ConfigActivityParts& parts) : parts_(parts) {}
  ActivityLimits limits() const override { return {.timeout = std::chrono::seconds(45)}; }
  Result<ProofOutput> execute(const ConfigVersion& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

}  // namespace oc::control_plane
