#include "control_plane/activities/auto_generate_collector_config.h"

namespace oc::control_plane {

Result<GeneratedConfigOutput> AutoGenerateCollectorConfig::execute(const GenerateConfigInput& input,
                                                                   const ActivityContext&) {
  OC_TRY_ASSIGN(const auto generated,
                parts_.generator.generate({input.agent_id, input.policy_version, input.reason, input.author}));
  const auto& config = generated.config;
  OC_TRY_ASSIGN(const auto policy, parts_.policies.find_policy(config.policy_version));
  if (generated.changed)
    OC_TRY(parts_.bus.publish({{"config_generated",
                                config.agent_id,
                                {{"config_version", config.version},
                                 {"policy_version", config.policy_version},
                                 {"hash", config.hash},
                                 {"reason", config.reason},
                                 {"sources", generated.sources},
                                 {"quarantined", config.quarantined.size()}}}}));
  return GeneratedConfigOutput{config.version,
                               config.hash,
                               config.policy_version,
                               generated.changed,
                               generated.first,
                               generated.exporters_changed,
                               generated.policy_changed || (policy && policy->state == model::PolicyState::kProposed),
                               generated.sources,
                               config.quarantined};
}

}  // namespace oc::control_plane
