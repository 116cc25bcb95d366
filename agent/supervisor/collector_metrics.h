// What the supervisor reads from the collector's /metrics.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "contracts/opamp/collector_report.h"

namespace oc::agent {

struct CollectorMetrics {
  std::set<std::string> config_hashes;  // normally one: the config that runs
  std::uint64_t failed_reloads = 0;
  contracts::CollectorReport report;  // sorted by source_id
};

CollectorMetrics read_collector_metrics(std::string_view prometheus_text);

}  // namespace oc::agent
