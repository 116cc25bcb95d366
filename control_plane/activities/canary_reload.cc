#include "control_plane/activities/canary_reload.h"

#include <fmt/format.h>

#include "control_plane/activities/dry_run_report.h"
#include "control_plane/config_builder/known_filters.h"

namespace oc::control_plane {

namespace {

constexpr std::uint64_t kRecords = 1000;
constexpr std::chrono::milliseconds kTimeLimit{10'000};

}  // namespace

Result<CanaryOutput> CanaryReload::execute(const ConfigVersion& input, const ActivityContext& context) {
  OC_TRY_ASSIGN(const auto artifact, artifact_of(parts_.configs, input.agent_id, input.config_version));
  OC_TRY_ASSIGN(const auto parent, parts_.configs.find_config(input.agent_id, artifact.config.parent));
  std::set<std::string> known;
  if (parent) {
    OC_TRY_ASSIGN(known, known_filters(parts_.policies, parent->config, artifact.config));
  }
  contracts::CollectorRequest request;
  request.config = artifact.config.yaml;
  request.max_records = kRecords;
  request.timeout_ms = static_cast<std::uint64_t>(kTimeLimit.count());
  OC_TRY_ASSIGN(const auto json, parts_.agents.request(input.agent_id, std::move(request), context.cancelled));
  OC_TRY_ASSIGN(const auto report, parse_dry_run_report(json));
  return judge(report, known);
}

}  // namespace oc::control_plane
