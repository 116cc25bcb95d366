#include "control_plane/activities/config_steps.h"

namespace oc::control_plane {

namespace {

GenerateRequest request_of(const GenerateConfigInput& input) {
  return {input.agent_id, input.policy_version, input.reason, input.author};
}

RenderedConfigOutput output_of(const RenderedConfig& rendered, const std::vector<ConfigProblem>& problems) {
  RenderedConfigOutput output;
  output.hash = rendered.hash;
  output.sources = rendered.blocks.size();
  output.quarantined = rendered.quarantined;
  for (const auto& problem : problems) output.problems.push_back(problem.text());
  return output;
}

}  // namespace

Result<RenderedConfigOutput> BuildConfig::execute(const GenerateConfigInput& input, const ActivityContext&) {
  OC_TRY_ASSIGN(const auto rendered, parts_.generator.render(request_of(input)));
  return output_of(rendered, rendered.problems);
}

Result<RenderedConfigOutput> RenderConfig::execute(const GenerateConfigInput& input, const ActivityContext&) {
  OC_TRY_ASSIGN(const auto rendered, parts_.generator.render(request_of(input)));
  auto output = output_of(rendered, rendered.problems);
  output.yaml = rendered.yaml;
  return output;
}

Result<RenderedConfigOutput> ValidateConfig::execute(const GenerateConfigInput& input, const ActivityContext&) {
  OC_TRY_ASSIGN(const auto compiled, parts_.generator.compile(request_of(input)));
  return output_of(compiled.rendered, compiled.problems);
}

Result<ConfigVersion> StoreConfigArtifact::execute(const GenerateConfigInput& input, const ActivityContext&) {
  OC_TRY_ASSIGN(const auto generated, parts_.generator.generate(request_of(input)));
  return ConfigVersion{input.agent_id, generated.config.version};
}

}  // namespace oc::control_plane
