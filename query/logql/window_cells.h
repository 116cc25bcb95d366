// What a range aggregation keeps of the samples in one pane. Cells merge: that of a window is those of its panes put
// together, so that a window costs no more than its panes.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/clock.h"

namespace oc::query {

struct RangeSample {
  Nanos time_ns = 0;
  std::uint64_t arrival = 0;
  double value = 0;
};

struct SumCell {
  std::uint64_t count = 0;
  double sum = 0;
  void add(const RangeSample& sample) {
    ++count;
    sum += sample.value;
  }
  void add_ones(std::uint64_t ones) {
    count += ones;
    sum += static_cast<double>(ones);
  }
  void merge(const SumCell& later) {
    count += later.count;
    sum += later.sum;
  }
};

// A number wins over NaN.
template <bool kMax>
struct ExtremeCell {
  std::uint64_t count = 0;
  double value = std::numeric_limits<double>::quiet_NaN();
  void add(const RangeSample& sample) {
    ++count;
    take(sample.value);
  }
  void merge(const ExtremeCell& later) {
    count += later.count;
    take(later.value);
  }

 private:
  void take(double other) {
    if (std::isnan(value) || (kMax ? other > value : other < value)) value = other;
  }
};

// The mean, and the squares of what differs from it (Welford; Chan's rule to merge).
struct MomentsCell {
  std::uint64_t count = 0;
  double mean = 0;
  double squares = 0;
  void add(const RangeSample& sample) {
    ++count;
    const double delta = sample.value - mean;
    mean += delta / static_cast<double>(count);
    squares += delta * (sample.value - mean);
  }
  void merge(const MomentsCell& later) {
    if (later.count == 0) return;
    if (count == 0) {
      *this = later;
      return;
    }
    const auto ours = static_cast<double>(count);
    const auto theirs = static_cast<double>(later.count);
    const double delta = later.mean - mean;
    count += later.count;
    mean += delta * theirs / (ours + theirs);
    squares += later.squares + delta * delta * ours * theirs / (ours + theirs);
  }
  double variance() const { return squares / static_cast<double>(count); }
};

// The first or the last sample by time, then arrival.
template <bool kLast>
struct EdgeCell {
  std::uint64_t count = 0;
  RangeSample edge;
  void add(const RangeSample& sample) {
    if (count == 0 || comes_before(edge, sample) == kLast) edge = sample;
    ++count;
  }
  void merge(const EdgeCell& later) {
    if (later.count == 0) return;
    if (count == 0 || comes_before(edge, later.edge) == kLast) edge = later.edge;
    count += later.count;
  }

 private:
  static bool comes_before(const RangeSample& a, const RangeSample& b) {
    return a.time_ns != b.time_ns ? a.time_ns < b.time_ns : a.arrival < b.arrival;
  }
};

}  // namespace oc::query
