// The records of ING-L3 to ING-L5.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace oc::model {

// An immutable artifact: the same content has the same hash, whatever its version.
struct CollectorConfig {
  std::int64_t version = 0;  // counts up for each agent
  std::int64_t parent = 0;   // 0: the first
  std::string agent_id;
  std::string hash;  // stable_hash of yaml
  std::string yaml;
  std::string reason;
  std::string author;
  Nanos generated_at_ns = 0;
  std::int64_t policy_version = 1;                 // whose overlay was merged in; 1: none
  std::map<std::string, std::string> quarantined;  // sources that were left out, by source_id, with the reason
  std::vector<std::string> endpoints;              // of the exporters in use, as written
  std::vector<std::string> reread;  // hashes of configs that were taken back: what was read under them is read again
};

enum class DeploymentStatus { kPending, kSuccess, kFailed };
struct DeploymentResult {
  std::int64_t config_version = 0;
  Nanos deployed_at_ns = 0;
  std::string collector_id;
  DeploymentStatus status = DeploymentStatus::kPending;
  std::string reason;                // why it failed
  std::int64_t rollback_config = 0;  // 0: none
};

struct VerificationResult {
  std::string test_id;
  bool log_found = false;
  double latency_seconds = 0;
  bool labels_correct = false;
  std::string reason;  // for people, when not found or labels are wrong
  Nanos verified_at_ns = 0;
};

std::string_view to_string(DeploymentStatus status);
Json to_json(const CollectorConfig&);
Json to_json(const DeploymentResult&);
Json to_json(const VerificationResult&);

}  // namespace oc::model
