#include "control_plane/verification/accepted_proof.h"

#include <algorithm>

namespace oc::control_plane {

namespace {

// Longer than the figures and the store lag behind each other.
constexpr std::chrono::seconds kStandstill{10};
// Nothing arrived for so long: then it does not by chance arrive just when the window begins anew.
constexpr std::chrono::minutes kStuck{10};

}  // namespace

void AcceptedProof::note_accepted(std::uint64_t accepted, Time now) {
  const bool begins = !begun_at_ || accepted < accepted_;
  if (begins) begun_at_ = now;
  const auto more = begins ? accepted : accepted - accepted_;
  accepted_ = accepted;
  if (more == 0) return;
  expected_ += more;
  moved_at_ = unchanged_since_ = now;
}

void AcceptedProof::note_counted(std::uint64_t counted, bool all_in_window, Time now) {
  if (counted != counted_ || !offset_) unchanged_since_ = now;
  settle_offset(counted, all_in_window, now);
  counted_ = counted;
  const auto found =
      std::clamp<std::int64_t>(static_cast<std::int64_t>(counted) - *offset_, 0, static_cast<std::int64_t>(expected_));
  if (static_cast<std::uint64_t>(found) != found_) progress_at_ = now;
  found_ = static_cast<std::uint64_t>(found);
  if (complete())
    missing_since_.reset();
  else if (!missing_since_)
    missing_since_ = now;
}

void AcceptedProof::settle_offset(std::uint64_t counted, bool all_in_window, Time now) {
  const auto surplus = static_cast<std::int64_t>(counted) - static_cast<std::int64_t>(expected_);
  if (keep_found_)
    offset_ = static_cast<std::int64_t>(counted) - static_cast<std::int64_t>(found_);
  else if (!offset_)
    offset_ = all_in_window ? 0 : std::min<std::int64_t>(surplus, 0);
  else if (surplus > *offset_ && now - unchanged_since_ >= kStandstill)
    offset_ = surplus;
  keep_found_ = false;
}

void AcceptedProof::begin_anew(Time now) {
  keep_found_ = offset_ && !complete() && now - progress_at_ >= kStuck;
  if (keep_found_) return;
  expected_ = found_ = 0;
  offset_.reset();
  missing_since_.reset();
}

}  // namespace oc::control_plane
