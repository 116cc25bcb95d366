// What the supervisor reads from the /metrics of an official collector. One receiver is one source, so what a receiver
// accepted is the source's `emitted`; what was sent and acknowledged no official collector tells by source: these stay
// 0. What processors took in and did not hand on is left out, of all sources together.
#pragma once

#include <string_view>

#include "agent/supervisor/collector_metrics.h"

namespace oc::agent {

// The attribute of its telemetry that carries the hash of the config that runs.
inline constexpr std::string_view kConfigHashAttribute = "onecollector.config.hash";

CollectorMetrics read_official_metrics(std::string_view prometheus_text);

}  // namespace oc::agent
