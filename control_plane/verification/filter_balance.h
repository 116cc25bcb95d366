// What the filters of an official collector left out, of all its sources together, held against what is missing of
// them: it does not count by source. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "control_plane/verification/accepted_proof.h"
#include "control_plane/verification/drop_reasons.h"

namespace oc::control_plane {

class FilterBalance {
 public:
  // By component, since the collector began; less than before: it began anew.
  void note(const RecordsByReason& left_out);
  using Time = std::chrono::steady_clock::time_point;
  // `missing`: accepted since the comparisons began and not counted, of all sources.
  void judge(std::uint64_t missing, Time now);
  // The comparisons begin anew, but for `missing`.
  void begin_anew(std::uint64_t missing) { left_out_ = explains_ ? missing : 0; }

  // Every record that is missing was left out by a filter.
  bool explains() const { return explains_; }
  // So it was not long ago: what is on its way is missing for a moment, too.
  bool excuses(Time now) const {
    return left_out_ > 0 && !(unexplained_since_ && now - *unexplained_since_ >= kAcceptedGrace);
  }
  const RecordsByReason& since_begin() const { return since_begin_; }  // of the collector

 private:
  RecordsByReason since_begin_;
  std::uint64_t left_out_ = 0;  // since the comparisons began
  bool explains_ = false;
  std::optional<Time> unexplained_since_;
};

}  // namespace oc::control_plane
