// Turns an agent's sources and its collector's settings into the collector's config (ING-L3): a pure function.
#pragma once

#include <string>
#include <vector>

#include "contracts/config/config.h"
#include "control_plane/config_builder/otel_config.h"
#include "model/log_source.h"

namespace oc::control_plane {

// What the agent says of the collector it supervises.
struct CollectorSettings {
  std::string kind = "native";
  std::string version;
  std::string health_endpoint;   // "127.0.0.1:13133"; empty: as in our own config
  std::string metrics_endpoint;  // likewise
  std::string storage_directory;
  std::uint64_t memory_limit_mib = 0;  // 0: as in our own config
  std::string host_name;
  bool operator==(const CollectorSettings&) const = default;
};

struct RenderedConfig {
  std::string yaml;
  std::string hash;  // oc::stable_hash of yaml
};

class OtelConfigBuilder {
 public:
  explicit OtelConfigBuilder(contracts::Config config) : config_(std::move(config)) {}

  // Inactive sources are left out; the order of `sources` does not matter. An error names the setting that is wrong.
  Result<RenderedConfig> build(const CollectorSettings& settings,
                               const std::vector<const model::DiscoveredLogSource*>& sources) const;

 private:
  Result<OtelConfig> settings_config(const CollectorSettings& settings) const;

  contracts::Config config_;
};

}  // namespace oc::control_plane
