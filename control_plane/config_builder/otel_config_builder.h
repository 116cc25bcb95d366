// A collector's config is a function of today's sources, its settings and a policy (ING-L3): nothing else goes in.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contracts/config/config.h"
#include "control_plane/config_builder/config_problem.h"
#include "control_plane/config_builder/otel_config.h"
#include "model/log_source.h"
#include "model/policy.h"

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
  std::vector<std::string> held_files;  // patterns of files that may be deleted before their source is configured
  bool operator==(const CollectorSettings&) const = default;
};

// A source with the resource attributes that its records shall carry; without labels they come from its metadata.
struct LabelledSource {
  const model::DiscoveredLogSource* source = nullptr;
  const std::map<std::string, std::string>* labels = nullptr;  // the registry's
};

// Sources whose block a collector refused, by source_id, with the reason: left out until it accepts them.
using Quarantine = std::map<std::string, std::string>;

struct RenderedConfig {
  std::string yaml;
  std::string hash;                           // stable_hash of yaml
  std::string base_yaml;                      // before the overlay
  std::map<std::string, std::string> blocks;  // rendered receivers: "file_log/ab12" → source_id
  std::vector<std::string> endpoints;         // of the exporters in use, as written
  Quarantine quarantined;                     // of the sources that were given
  std::vector<std::string> notes;             // for people: what of the overlay does not apply today
  std::vector<ConfigProblem> problems;        // of the overlay; with any of them the config must not be used

  // Where of the overlay the value at a place of `yaml` was written; nullopt: the overlay has no part in it.
  std::optional<YamlPlace> origin(YamlPlace written) const;
  std::shared_ptr<const YamlTree> tree;  // what `yaml` was written from
  std::vector<YamlMark> marks;
};

class OtelConfigBuilder {
 public:
  explicit OtelConfigBuilder(contracts::Config config) : config_(std::move(config)) {}

  // `reread`: hashes of configs that are taken back (native only: what was read under them is read again). Inactive and
  // quarantined sources are left out; the order of `sources` does not matter. An error names the setting
  // that is wrong; what is wrong with the policy's overlay stands in `problems`.
  Result<RenderedConfig> build(const CollectorSettings& settings, const std::vector<LabelledSource>& sources,
                               const model::Policy& policy = {}, const Quarantine& quarantine = {},
                               const std::vector<std::string>& reread = {}) const;

 private:
  Result<OtelConfig> settings_config(const CollectorSettings& settings) const;

  contracts::Config config_;
};

}  // namespace oc::control_plane
