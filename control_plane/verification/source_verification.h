// What verification says of a source.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace oc::control_plane {

enum class ProofState {
  kVerified,      // the store holds every complete line up to what the agent's ledger said
  kCounted,       // the sink acknowledged them, and the store counts as many as were acknowledged
  kAcknowledged,  // the sink acknowledged them, and cannot be asked
  kMerged,        // as counted, but some are missing: identical lines are one to the store
  kTooOld,        // the store takes no lines of that time
  kIdle,          // there is no complete line to deliver
  kWaiting,       // not proven yet
  kNotDelivered,  // not proven in time; the reason names the first broken link
  kRefused,       // the collector or the store refused it
};
std::string_view to_string(ProofState state);
// Every link held, as far as the store can say.
inline bool is_delivered(ProofState state) {
  return state == ProofState::kVerified || state == ProofState::kCounted || state == ProofState::kAcknowledged;
}
// What somebody should look into.
inline bool is_trouble(ProofState state) { return state == ProofState::kNotDelivered || state == ProofState::kRefused; }

struct SourceVerification {
  ProofState state = ProofState::kWaiting;
  std::string reason = "waiting for the agent's first look at the file";
  std::optional<double> latency_ms;  // from the ledger's news of the bytes to the proof
  std::optional<Nanos> verified_at_ns;
  bool operator==(const SourceVerification&) const = default;
};

}  // namespace oc::control_plane
