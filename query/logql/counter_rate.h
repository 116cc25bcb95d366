// What needs all samples of a window: quantiles, and the rate of a counter.
#pragma once

#include <vector>

#include "query/logql/window_cells.h"

namespace oc::query {

// Between two samples by their weights; outside 0 to 1 the infinities. Reorders the samples; there is at least one.
double quantile(double q, std::vector<RangeSample>& samples);

// By the second, resets of the counter made good, extrapolated to the window's borders as Prometheus does
// (extrapolatedRate), the window's own borders taken. Reorders the samples.
double counter_rate(std::vector<RangeSample>& samples, Nanos range_ns, Nanos end_ns);

}  // namespace oc::query
