#include "control_plane/activities/canary_reload.h"

#include <fmt/format.h>

#include "control_plane/activities/dry_run_report.h"
#include "control_plane/config_builder/known_filters.h"
#include "control_plane/config_builder/source_blocks.h"

namespace oc::control_plane {

namespace {

constexpr std::uint64_t kRecords = 1000;
constexpr std::chrono::milliseconds kTimeLimit{10'000};

constexpr const char* kOnlyGone = "only sources went: what is read was read by the config before";

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
  if (parent && parent->config.policy_version == artifact.config.policy_version) {
    auto brought = brought_receivers(parent->config.yaml, artifact.config.yaml);
    if (brought && brought->empty()) return CanaryOutput{.passed = true, .reason = kOnlyGone};
    if (brought && brought->size() <= contracts::kMaxDryRunReceivers) request.receivers = *std::move(brought);
  }
  request.max_records = kRecords;
  request.timeout_ms = static_cast<std::uint64_t>(kTimeLimit.count());
  OC_TRY_ASSIGN(const auto json, parts_.agents.request(input.agent_id, std::move(request), context.cancelled));
  OC_TRY_ASSIGN(const auto report, parse_dry_run_report(json));
  return judge(report, known);
}

}  // namespace oc::control_plane
