// The steps of generating a config, each callable alone (the source document's catalogue, agent and pipeline level).
// None of them keeps anything but store_config_artifact_activity.
#pragma once

#include "control_plane/activities/collector_config_records.h"
#include "control_plane/activities/config_activity_parts.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {

struct RenderedConfigOutput {
  std::string hash;
  std::uint64_t sources = 0;
  std::vector<std::string> problems;
  std::map<std::string, std::string> quarantined;
  std::string yaml;
  static constexpr auto fields() {
    using O = RenderedConfigOutput;
    return std::tuple(contracts::required("hash", &O::hash, "Of the YAML"),
                      contracts::required("sources", &O::sources, "That have a receiver block"),
                      contracts::required("problems", &O::problems, "With places; none: it may be used"),
                      contracts::required("quarantined", &O::quarantined, "Sources left out, with the reason"),
                      contracts::required("yaml", &O::yaml, "Of render_config_activity only"));
  }
};

class BuildConfig final : public TypedActivity<BuildConfig, GenerateConfigInput, RenderedConfigOutput> {
 public:
  static constexpr std::string_view kName = "build_config_activity";
  static constexpr std::string_view kDescription = "Builds an agent's config from the registry and a policy";
  explicit BuildConfig(const ConfigActivityParts& parts) : parts_(parts) {}
  Result<RenderedConfigOutput> execute(const GenerateConfigInput& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

class RenderConfig final : public TypedActivity<RenderConfig, GenerateConfigInput, RenderedConfigOutput> {
 public:
  static constexpr std::string_view kName = "render_config_activity";
  static constexpr std::string_view kDescription = "The YAML of an agent's config under a policy";
  explicit RenderConfig(const ConfigActivityParts& parts) : parts_(parts) {}
  Result<RenderedConfigOutput> execute(const GenerateConfigInput& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

class ValidateConfig final : public TypedActivity<ValidateConfig, GenerateConfigInput, RenderedConfigOutput> {
 public:
  static constexpr std::string_view kName = "validate_config_activity";
  static constexpr std::string_view kDescription = "Has the collector's own validate judge an agent's config";
  explicit ValidateConfig(const ConfigActivityParts& parts) : parts_(parts) {}
  ActivityLimits limits() const override { return {.timeout = std::chrono::minutes(2)}; }
  Result<RenderedConfigOutput> execute(const GenerateConfigInput& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

class StoreConfigArtifact final : public TypedActivity<StoreConfigArtifact, GenerateConfigInput, ConfigVersion> {
 public:
  static constexpr std::string_view kName = "store_config_artifact_activity";
  static constexpr std::string_view kDescription = "Keeps an agent's validated config as an immutable version";
  explicit StoreConfigArtifact(const ConfigActivityParts& parts) : parts_(parts) {}
  ActivityLimits limits() const override { return {.timeout = std::chrono::minutes(2)}; }
  Result<ConfigVersion> execute(const GenerateConfigInput& input, const ActivityContext& context) override;

 private:
  const ConfigActivityParts parts_;
};

}  // namespace oc::control_plane
