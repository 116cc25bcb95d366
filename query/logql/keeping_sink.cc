#include <fmt/format.h>

#include "query/logql/limits.h"
#include "query/logql/sample_sink.h"

namespace oc::query {

bool KeepingSink::make_room(std::size_t series) {
  const auto needed = (series + 1) * windows().panes();
  if (needed * sizeof(samples_[0]) > kMaxWindowBytes) {
    return fail({.message = "the series of one aggregation have more points than 64 MiB hold",
                 .next_step = "widen the step or narrow the selector"});
  }
  samples_.resize(needed);
  return true;
}

bool KeepingSink::add(std::size_t series, std::size_t pane, const RangeSample& sample) {
  if (++kept_ > kMaxKeptSamples) {
    return fail({.message = fmt::format("more than {} samples to keep for a quantile or a counter", kMaxKeptSamples),
                 .next_step = "narrow the selector or the time range"});
  }
  samples_[series * windows().panes() + pane].push_back(sample);
  return true;
}

void KeepingSink::append(std::size_t series, std::size_t pane, std::vector<RangeSample>& to) const {
  const auto& samples = samples_[series * windows().panes() + pane];
  to.insert(to.end(), samples.begin(), samples.end());
}

}  // namespace oc::query
