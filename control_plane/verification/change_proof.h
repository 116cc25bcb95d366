// What came of proving one config version on one agent: the answer that decides between promoting and rolling back.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "control_plane/verification/drop_reasons.h"
#include "model/collector_config.h"

namespace oc::control_plane {

struct ChangeProofRequest {
  std::string agent_id;
  std::int64_t config_version = 0;
  std::string config_hash;        // empty: the version alone says it
  std::set<std::string> sources;  // that must be looked at; empty: all that the config reads
  std::chrono::milliseconds limit{30'000};
  // From the apply: so long a first line is waited for before it is "unproven". Agents tell of writes each second.
  std::chrono::milliseconds first_line_wait{0};
  // Exporters differ from those of the config before: then trouble in sending is this config's, unless the store does
  // not answer the control plane either.
  bool exporters_changed = false;
  // Component ids of filters that an earlier, proven config had already: a source of which they leave out everything
  // is no failure. Whatever another filter takes a source's every record for is.
  std::set<std::string> known_filters;
};

enum class ChangeState {
  kDelivered,
  kUnproven,         // the probe came through, and no source had anything to deliver
  kFailed,           // by the config, as far as can be known
  kSinkUnreachable,  // before it as after it: rolling back would not help
  kSuperseded,       // a newer config replaced it before it was proven
};
std::string_view to_string(ChangeState state);

struct SourceFailure {
  std::string source_id;
  std::string log_path;
  std::string reason;
  bool operator==(const SourceFailure&) const = default;
};
// More failures are counted, not listed: the first few tell what is wrong.
inline constexpr std::size_t kListedFailures = 20;

struct ChangeProof {
  ChangeState state = ChangeState::kFailed;
  std::string reason;  // one sentence; of a failure: the first broken link and what it said
  std::size_t sources = 0, delivered = 0, idle = 0, behind = 0, failed = 0;  // behind: delivering, not done yet
  std::uint64_t records = 0;                                                 // stored since the config was applied
  RecordsByReason left_out;                                                  // since then
  std::optional<model::VerificationResult> probe;
  std::vector<SourceFailure> failures;
  double took_ms = 0;  // from the apply
};
Json to_json(const ChangeProof& proof);

}  // namespace oc::control_plane
