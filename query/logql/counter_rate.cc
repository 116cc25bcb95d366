#include "query/logql/counter_rate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace oc::query {

namespace {

double seconds(Nanos duration) { return static_cast<double>(duration) / 1e9; }

// How much the counter grew, resets made good.
double growth(const std::vector<RangeSample>& samples) {
  double grown = samples.back().value - samples.front().value;
  double last = 0;
  for (const auto& sample : samples) {
    if (sample.value < last) grown += last;
    last = sample.value;
  }
  return grown;
}

}  // namespace

double quantile(double q, std::vector<RangeSample>& samples) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  if (std::isnan(q)) return q;
  // NaN comes before all numbers.
  const auto comes_first = [](const RangeSample& a, const RangeSample& b) {
    return a.value < b.value || (std::isnan(a.value) && !std::isnan(b.value));
  };
  const double rank = q * static_cast<double>(samples.size() - 1);
  const auto lower = samples.begin() + static_cast<std::ptrdiff_t>(std::floor(rank));
  std::nth_element(samples.begin(), lower, samples.end(), comes_first);
  const auto behind = std::min_element(std::next(lower), samples.end(), comes_first);
  const double upper = behind == samples.end() ? lower->value : behind->value;
  const double weight = rank - std::floor(rank);
  return lower->value * (1 - weight) + upper * weight;
}

double counter_rate(std::vector<RangeSample>& samples, Nanos range_ns, Nanos end_ns) {
  if (samples.size() < 2) return 0;
  std::ranges::sort(samples, {}, [](const RangeSample& sample) { return std::tie(sample.time_ns, sample.arrival); });
  const double grown = growth(samples);
  const double sampled = seconds(samples.back().time_ns - samples.front().time_ns);
  const double between = sampled / static_cast<double>(samples.size() - 1);

  // A border further off than samples usually are apart has no sample near it: half a gap is added there.
  constexpr double kNear = 1.1;
  double to_start = seconds(samples.front().time_ns - (end_ns - range_ns));
  double to_end = seconds(end_ns - samples.back().time_ns);
  if (to_start >= between * kNear) to_start = between / 2;
  if (to_end >= between * kNear) to_end = between / 2;
  // A counter was never below zero.
  if (grown > 0 && samples.front().value >= 0) {
    to_start = std::min(to_start, sampled * (samples.front().value / grown));
  }
  return grown * ((sampled + to_start + to_end) / sampled) / seconds(range_ns);
}

}  // namespace oc::query
