#include "control_plane/verification/verification_board.h"

namespace oc::control_plane {

std::string_view to_string(ProofState state) {
  switch (state) {
    case ProofState::kVerified:
      return "verified";
    case ProofState::kCounted:
      return "counted";
    case ProofState::kAcknowledged:
      return "acknowledged";
    case ProofState::kMerged:
      return "merged";
    case ProofState::kTooOld:
      return "too_old";
    case ProofState::kIdle:
      return "idle";
    case ProofState::kWaiting:
      return "waiting";
    case ProofState::kNotDelivered:
      return "not_delivered";
    case ProofState::kRefused:
      return "refused";
  }
  return "waiting";
}

void VerificationBoard::set_source(const std::string& source_id, const SourceVerification& verification) {
  std::lock_guard lock(mutex_);
  sources_[source_id] = verification;
}

void VerificationBoard::remove_source(const std::string& source_id) {
  std::lock_guard lock(mutex_);
  sources_.erase(source_id);
}

void VerificationBoard::set_probe(const std::string& agent_id, const model::VerificationResult& result) {
  std::lock_guard lock(mutex_);
  probes_[agent_id] = result;
}

void VerificationBoard::set_store(const StoreStatus& status) {
  std::lock_guard lock(mutex_);
  store_ = status;
}

std::optional<SourceVerification> VerificationBoard::source(const std::string& source_id) const {
  std::lock_guard lock(mutex_);
  const auto at = sources_.find(source_id);
  return at == sources_.end() ? std::nullopt : std::optional(at->second);
}

std::map<ProofState, std::size_t> VerificationBoard::counts() const {
  std::lock_guard lock(mutex_);
  std::map<ProofState, std::size_t> counts;
  for (const auto& [id, verification] : sources_) ++counts[verification.state];
  return counts;
}

std::optional<model::VerificationResult> VerificationBoard::probe() const {
  std::lock_guard lock(mutex_);
  const model::VerificationResult* shown = nullptr;
  for (const auto& [agent, result] : probes_) {
    const bool worse = shown != nullptr && shown->log_found && !result.log_found;
    const bool newer =
        shown != nullptr && shown->log_found == result.log_found && result.verified_at_ns > shown->verified_at_ns;
    if (shown == nullptr || worse || newer) shown = &result;
  }
  return shown == nullptr ? std::nullopt : std::optional(*shown);
}

bool VerificationBoard::probe_answered(const std::string& agent_id) const {
  std::lock_guard lock(mutex_);
  return probes_.contains(agent_id);
}

StoreStatus VerificationBoard::store() const {
  std::lock_guard lock(mutex_);
  return store_;
}

}  // namespace oc::control_plane
