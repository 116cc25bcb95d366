// How things stood when an agent's config was applied: only what came after it proves that config.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/verification/accepted_proof.h"
#include "control_plane/verification/delivery_proof.h"
#include "control_plane/verification/filter_balance.h"

namespace oc::control_plane {

struct SourceBaseline {
  std::uint64_t ledger_end = 0;  // complete lines of the file, in bytes
  std::uint64_t proven_end = 0;  // of them, what the store was known to hold
  std::uint64_t records = 0;     // that the store held
  std::uint64_t found = 0;       // of what an official collector accepted, what the store counted
  bool in_trouble = false;       // not delivered, or refused: still to be so is not this config's doing
  std::optional<contracts::CollectorSourceReport> report;
};

struct ConfigBaseline {
  std::int64_t config_version = 0;
  std::chrono::steady_clock::time_point applied_at;
  bool store_reachable = true;
  // The config was applied before this control plane heard of its agent: what the collector's first reports count is of
  // an unknown time before, and belongs to the baseline.
  bool before_us = false;
  std::map<std::string, SourceBaseline> sources;  // by source_id
};

// What is known of a source now; both belong to the verifier's thread and are good until it looks at sources again.
struct SourceEvidence {
  const SourceFacts* facts = nullptr;
  const DeliveryProof* proof = nullptr;
  bool in_trouble = false;                  // as it was told last
  const AcceptedProof* accepted = nullptr;  // null: the collector is not an official one
  const FilterBalance* filters = nullptr;   // of its agent, likewise
  const std::string& id() const { return facts->source.source_id; }
  bool is_probe() const { return facts->source.source_type == model::SourceType::kProbe; }
};

SourceBaseline baseline_of(const SourceEvidence& source);

}  // namespace oc::control_plane
