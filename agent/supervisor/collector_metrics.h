// What the supervisor reads from the collector's /metrics.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "contracts/opamp/collector_report.h"

namespace oc::agent {

// Of all exporters of an official collector together.
struct ExporterFigures {
  std::uint64_t sent = 0;    // records
  std::uint64_t failed = 0;  // given up: not sent, or not taken into the queue
  std::uint64_t queued = 0;
  bool operator==(const ExporterFigures&) const = default;
};

struct CollectorMetrics {
  std::set<std::string> config_hashes;  // normally one: the config that runs
  std::uint64_t failed_reloads = 0;
  contracts::CollectorReport report;  // sorted by source_id
  ExporterFigures exporters;          // official only
};

CollectorMetrics read_collector_metrics(std::string_view prometheus_text);

}  // namespace oc::agent
