// service.telemetry: where the collector's own metrics are served. One Prometheus pull reader; by default, as in the
// official collector, localhost:8888.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "collector/pipeline/config_value.h"

namespace oc::collector {

struct TelemetryConfig {
  bool enabled = true;
  std::string host = "localhost";
  std::uint16_t port = 8888;  // 0: any free one
};
Result<TelemetryConfig> read_telemetry_config(const ConfigValue& value);

}  // namespace oc::collector
