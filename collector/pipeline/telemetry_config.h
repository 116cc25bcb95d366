// service.telemetry: where the collector's own metrics are served. One Prometheus pull reader; by default, as in the
// official collector, localhost:8888. Besides, what its own log tells.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "collector/pipeline/config_value.h"

namespace oc::collector {

struct TelemetryConfig {
  bool enabled = true;
  std::string host = "localhost";
  std::uint16_t port = 8888;  // 0: any free one
  std::string log_level = "info";
  std::map<std::string, std::string> resource;  // labels of the metric target_info
};
Result<TelemetryConfig> read_telemetry_config(const ConfigValue& value);

}  // namespace oc::collector
