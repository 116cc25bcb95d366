#include "model/collector_config.h"

#include "base/utf8.h"

namespace oc::model {

std::string_view to_string(DeploymentStatus status) {
  switch (status) {
    case DeploymentStatus::kPending:
      return "pending";
    case DeploymentStatus::kSuccess:
      return "success";
    case DeploymentStatus::kFailed:
      return "failed";
  }
  return "unknown";
}

Json to_json(const CollectorConfig& config) {
  Json quarantined = Json::object();
  for (const auto& [source_id, reason] : config.quarantined) quarantined[to_utf8(source_id)] = to_utf8(reason);
  return {{"version", config.version},
          {"parent", config.parent},
          {"agent_id", to_utf8(config.agent_id)},
          {"hash", to_utf8(config.hash)},
          {"yaml", to_utf8(config.yaml)},
          {"reason", to_utf8(config.reason)},
          {"author", to_utf8(config.author)},
          {"generated_at", to_rfc3339(config.generated_at_ns)},
          {"policy_version", config.policy_version},
          {"quarantined", std::move(quarantined)}};
}

Json to_json(const DeploymentResult& result) {
  return {{"config_version", result.config_version},
          {"deployed_at", to_rfc3339(result.deployed_at_ns)},
          {"collector_id", to_utf8(result.collector_id)},
          {"status", to_string(result.status)},
          {"reason", to_utf8(result.reason)},
          {"rollback_config", result.rollback_config}};
}

Json to_json(const VerificationResult& result) {
  return {{"test_id", to_utf8(result.test_id)},        {"log_found", result.log_found},
          {"latency_seconds", result.latency_seconds}, {"labels_correct", result.labels_correct},
          {"reason", to_utf8(result.reason)},          {"verified_at", to_rfc3339(result.verified_at_ns)}};
}

}  // namespace oc::model
