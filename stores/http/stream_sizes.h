// How much each stream holds, over spans of time: what /index/stats and /index/volume answer with.
#pragma once

#include <cstdint>
#include <functional>
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
  std::uint64_t bytes = 0;  // of lines and values of structured metadata, about
};

// By what, one size a span; what has no row in any is left out.
using Sizes = std::map<query::Labels, std::vector<StreamSize>>;
// What a stream counts for, by its labels.
using SizeKeys = std::function<std::vector<query::Labels>(const query::Labels&)>;

// The spans follow each other in time. An error where there are more keys times spans than a query may hold.
Result<Sizes> measure_streams(const query::LogReader& reader, std::vector<query::Matcher> matchers,
                              std::span<const TimeSpan> spans, SizeKeys keys, query::Interruption interruption);

}  // namespace oc::stores
