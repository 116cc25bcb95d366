// What the control plane asks an agent to do with its collector, and what the agent answers: custom messages of the
// capability io.onecollector.collector.v1, JSON inside (docs/opamp.md).
//
//   request  {request_id, action, config, receivers, max_records, timeout_ms}   control plane → agent
//   answer   {request_id, error, retryable, result}                  agent → control plane; error "": done
//
// dry_run runs `config` over the newest records the host has, into counting sinks; result is what `collector dry-run
// --output json` prints: counts and reasons, never text of a log; where `receivers` names some, only these are run. The
// other actions concern the collector that runs.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::contracts {

inline constexpr std::string_view kCollectorCapability = "io.onecollector.collector.v1";

enum class CollectorAction { kDryRun, kStart, kStop, kRestart, kReload };
std::string_view to_string(CollectorAction action);  // "dry_run", "start" …

// More would be a sample no longer, and take longer than a canary may.
inline constexpr std::uint64_t kMaxDryRunRecords = 100'000;
inline constexpr std::chrono::milliseconds kMaxDryRunTime{60'000};
inline constexpr std::size_t kMaxDryRunReceivers = 200;  // named; of more a sample is looked at

struct CollectorRequest {
  static constexpr std::string_view kType = "request";
  std::string request_id;  // a UUID
  CollectorAction action = CollectorAction::kDryRun;
  std::string config;                  // dry_run: the YAML
  std::vector<std::string> receivers;  // empty: all; at most kMaxDryRunReceivers
  std::uint64_t max_records = 1000;
  std::uint64_t timeout_ms = 10'000;
};
struct CollectorAnswer {
  static constexpr std::string_view kType = "answer";
  std::string request_id;
  std::string error;       // empty: done
  bool retryable = false;  // of the error
  Json result = Json::object();
};

Json to_json(const CollectorRequest& request);
Json to_json(const CollectorAnswer& answer);
// The error names the member that is missing, of the wrong type or out of its limits.
Result<CollectorRequest> collector_request_from_json(const Json& json);
Result<CollectorAnswer> collector_answer_from_json(const Json& json);

}  // namespace oc::contracts
