// What one query may ask for. Values and texts are Loki's defaults where it has them, so that its clients know them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace oc::query {

inline constexpr std::size_t kMaxQueryBytes = 131'072;  // Loki's maxInputSize: longer ones are machine-made mistakes
inline constexpr int kMaxNesting = 128;        // parser and executor recurse; keeps them far from the end of the stack
inline constexpr int kMaxExpressions = 2'000;  // stages included; long chains of operators become deep trees, too
// Each may take up to 8 MiB while it runs.
inline constexpr int kMaxRegexes = 100;
inline constexpr std::size_t kDefaultLimit = 100;
inline constexpr std::size_t kMaxLimit = 5'000;                                     // max_entries_limit_per_query
inline constexpr std::size_t kMaxSeries = 500;                                      // max_query_series: of a result
inline constexpr std::size_t kMaxPoints = 11'000;                                   // of one series
inline constexpr Nanos kMaxQueryLength = (30 * 24 + 1) * Nanos{3'600'000'000'000};  // max_query_length: 30d1h
// From the arrival of the request on, so that waiting counts: Grafana waits no longer for an answer.
inline constexpr std::chrono::seconds kMaxQueryTime{30};
inline constexpr Nanos kMaxDuration = Nanos{1} << 61;  // of ranges, offsets and steps: 73 years
// Text of lines that one query may look at: some minutes of work, after which a narrower question is the better way.
inline constexpr std::uint64_t kMaxScannedBytes = 100ULL << 30;
// Of the lines and labels of an answer's entries: 5,000 lines of 13 kB. Templates can make far more of short lines.
inline constexpr std::size_t kMaxEntriesBytes = 64 << 20;
// Before they are aggregated there may be more series than in a result; each costs its labels.
inline constexpr std::size_t kMaxInnerSeries = 50'000;
// Of their labels' text, which is held twice.
inline constexpr std::size_t kMaxSeriesLabelBytes = 32 << 20;
// Of series times points under way in one aggregation.
inline constexpr std::size_t kMaxWindowBytes = 64 << 20;
// Quantiles and counters need each sample: 24 bytes, 96 MiB a query.
inline constexpr std::size_t kMaxKeptSamples = 4 << 20;
// Overlapping ranges look at each of them again for each step: some seconds of work.
inline constexpr std::size_t kMaxSampleVisits = 500'000'000;

}  // namespace oc::query
