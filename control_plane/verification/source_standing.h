// How one source fares under a config that was just applied: pure, from what was before and what is now.
#pragma once

#include <string>

#include "control_plane/verification/change_proof.h"
#include "control_plane/verification/config_baseline.h"

namespace oc::control_plane {

// A config is proven by the first of what is new: a backlog of gigabytes is the continuous proof's.
inline constexpr std::uint64_t kProvenByBytes = 1 << 20;

struct SourceStanding {
  enum class State {
    kIdle,       // nothing to deliver since
    kOpen,       // not settled yet
    kDelivered,  // what is new is stored, or was left out as told
    kLeftOut,    // every record was left out by known filters
    kFailed,     // certain: waiting would not help
  };
  State state = State::kOpen;
  std::string reason;                                // of a failure; of an open one: the link that was not reached yet
  bool progress = false;                             // the store took something since
  bool trouble_before = false, trouble_now = false;  // the collector could not send
  std::uint64_t records = 0;
  RecordsByReason left_out;
};

SourceStanding standing_of(const SourceEvidence& source, const SourceBaseline& before,
                           const std::set<std::string>& known_filters);

}  // namespace oc::control_plane
