// How much each stream holds, over spans of time: what /index/stats and /index/volume answer with.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

struct TimeSpan {
  Nanos start_ns = 0;  // inclusive
  Nanos end_ns = 0;    // exclusive
};

struct StreamSize {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // of lines and structured metadata, about
};

// For each stream one size a span; streams without a row in any are left out. The spans follow each other in time.
using StreamSizes = std::map<query::Labels, std::vector<StreamSize>>;
Result<StreamSizes> measure_streams(const query::LogReader& reader, std::vector<query::Matcher> matchers,
                                    std::span<const TimeSpan> spans, query::Interruption interruption);

}  // namespace oc::stores
