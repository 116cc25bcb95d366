#include "query/logql/windows.h"

#include <algorithm>

namespace oc::query {

Windows::Windows(const Steps& steps, Nanos range_ns, Nanos offset_ns) {
  borders_.reserve(2 * steps.count);
  for (std::size_t i = 0; i < steps.count; ++i) {
    borders_.push_back(steps.at(i) - offset_ns - range_ns);
    borders_.push_back(steps.at(i) - offset_ns);
  }
  std::ranges::sort(borders_);
  const auto repeated = std::ranges::unique(borders_);
  borders_.erase(repeated.begin(), repeated.end());
  if (borders_.size() == 1) borders_.insert(borders_.begin(), borders_.front() - 1);  // a range of nothing

  const auto border = [&](Nanos time_ns) {
    return static_cast<std::size_t>(std::ranges::lower_bound(borders_, time_ns) - borders_.begin());
  };
  in_window_.resize(panes());
  for (std::size_t i = 0; i < steps.count; ++i) {
    first_pane_.push_back(border(steps.at(i) - offset_ns - range_ns));
    end_pane_.push_back(border(steps.at(i) - offset_ns));
    for (auto pane = std::max(first_pane_.back(), i > 0 ? end_pane_[i - 1] : 0); pane < end_pane_.back(); ++pane) {
      in_window_[pane] = true;
    }
  }
}

std::size_t Windows::pane_of(Nanos time_ns) {
  const auto holds = [&](std::size_t pane) { return time_ns > borders_[pane] && time_ns <= borders_[pane + 1]; };
  if (!holds(last_pane_)) {
    if (time_ns <= borders_.front() || time_ns > borders_.back()) return kNone;
    const auto border = std::ranges::lower_bound(borders_, time_ns) - borders_.begin();
    last_pane_ = static_cast<std::size_t>(border) - 1;
  }
  return in_window_[last_pane_] ? last_pane_ : kNone;
}

}  // namespace oc::query
