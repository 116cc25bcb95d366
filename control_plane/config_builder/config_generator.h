// From the registry to a stored config version (ING-L3): what an agent's collector should run today, under a policy.
// Thread-safe; calls for one agent must not overlap (its workflow sees to that).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/config_builder/change_reason.h"
#include "control_plane/config_builder/config_compiler.h"
#include "control_plane/registry/policy_repository.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

struct GenerateRequest {
  std::string agent_id;
  std::int64_t policy_version = 0;  // 0: the current one
  std::string reason;               // empty: what changed of the sources
  std::string author = "onecollector";
  std::vector<std::string> reread =
      {};  // hashes of configs that are taken back: what was read under them is read again
};

struct GeneratedConfig {
  model::CollectorConfig config;   // with its yaml
  bool changed = false;            // false: `config` is what the agent is meant to run already
  bool first = false;              // the agent ran none before
  bool exporters_changed = false;  // data goes elsewhere than under the config before
  bool policy_changed = false;     // the agent comes from another policy, one that is good
  std::size_t sources = 0;         // that have a block
};

class ConfigGenerator {
 public:
  struct Parts {
    SourceRepository& sources;
    ConfigRepository& configs;
    PolicyRepository& policies;
    const OtelConfigBuilder& builder;
    const ConfigCompiler& compiler;
    FleetState& fleet;
    MetricRegistry& metrics;
    const Clock& clock = system_clock();
  };
  explicit ConfigGenerator(const Parts& parts);

  // Whether a generate() with this request would store a new version. Cheap next to generate(): nothing is validated.
  Result<bool> is_current(const GenerateRequest& request) const;
  // Renders, has the collector's own validate judge, keeps the result as a version of its own. The same again stores
  // nothing. A permanent error says why the policy, or the settings, cannot be used, with places in the overlay.
  Result<GeneratedConfig> generate(const GenerateRequest& request);
  // The same without keeping anything.
  Result<CompiledConfig> compile(const GenerateRequest& request) const;
  Result<RenderedConfig> render(const GenerateRequest& request) const;

 private:
  // What a config is a function of.
  struct Inputs {
    CollectorSettings settings;
    model::Policy policy;
    std::vector<model::RegisteredLogSource> sources;
    std::optional<ConfigArtifact> desired;
    std::vector<std::string> reread;
    bool policy_changed = false;
  };
  Result<Inputs> inputs(const GenerateRequest& request) const;
  std::unexpected<Error> unknown_agent(const std::string& agent_id) const;
  Status compare_policies(Inputs& inputs) const;
  Result<RenderedConfig> render(const Inputs& inputs, const Quarantine& quarantine) const;
  Result<GeneratedConfig> store(const GenerateRequest& request, Inputs inputs, RenderedConfig rendered);
  Status note_blocks(const Inputs& inputs, const model::CollectorConfig& config, const SourceDifference& changed);
  void tell_fleet(const std::vector<model::RegisteredLogSource>& sources) const;

  const Parts parts_;
  std::shared_ptr<Counter> rendered_, refused_;
};

}  // namespace oc::control_plane
