#include "control_plane/verification/filter_balance.h"

namespace oc::control_plane {

void FilterBalance::note(const RecordsByReason& left_out) {
  const auto before = total(since_begin_), now = total(left_out);
  left_out_ += now >= before ? now - before : now;
  since_begin_ = left_out;
}

void FilterBalance::judge(std::uint64_t missing, Time now) {
  explains_ = missing > 0 && missing <= left_out_;
  if (missing <= left_out_)
    unexplained_since_.reset();
  else if (!unexplained_since_)
    unexplained_since_ = now;
}

}  // namespace oc::control_plane
