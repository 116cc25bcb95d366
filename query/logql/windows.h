// The windows (t-R, t] of a range aggregation, one a step, cut into panes at all their borders: a sample then belongs
// to one pane, and a window is a run of panes.
#pragma once

#include <cstddef>
#include <vector>

#include "base/clock.h"
#include "query/logql/series.h"

namespace oc::query {

class Windows {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};

  Windows(const Steps& steps, Nanos range_ns, Nanos offset_ns);

  std::size_t count() const { return first_pane_.size(); }
  std::size_t panes() const { return borders_.size() - 1; }
  // Window i holds the panes [first_pane(i), end_pane(i)); both grow with i.
  std::size_t first_pane(std::size_t i) const { return first_pane_[i]; }
  std::size_t end_pane(std::size_t i) const { return end_pane_[i]; }
  Nanos end_ns(std::size_t i) const { return borders_[end_pane_[i]]; }

  // kNone: no window holds this time. Quick for times that come in order.
  std::size_t pane_of(Nanos time_ns);
  Nanos pane_end_ns(std::size_t pane) const { return borders_[pane + 1]; }  // the last time in it
  bool is_in_pane(std::size_t pane, Nanos time_ns) const {
    return time_ns > borders_[pane] && time_ns <= borders_[pane + 1];
  }

  Nanos first_ns() const { return borders_.front() + 1; }  // windows leave out their start
  Nanos last_ns() const { return borders_.back(); }

 private:
  std::vector<Nanos> borders_;  // pane k is (borders[k], borders[k + 1]]
  std::vector<std::size_t> first_pane_;
  std::vector<std::size_t> end_pane_;
  std::vector<bool> in_window_;  // of each pane
  std::size_t last_pane_ = 0;
};

}  // namespace oc::query
