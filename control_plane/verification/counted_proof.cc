#include "control_plane/verification/counted_proof.h"

#include <algorithm>

namespace oc::control_plane {

void CountedProof::note(std::uint64_t acknowledged, std::uint64_t counted, Time now) {
  if (!base_ || acknowledged < base_->acknowledged || counted < base_->counted) base_ = {acknowledged, counted};
  expected_ = acknowledged - base_->acknowledged;
  found_ = std::min(counted - base_->counted, expected_);
  if (found_ >= expected_)
    missing_since_.reset();
  else if (!missing_since_)
    missing_since_ = now;
}

}  // namespace oc::control_plane
