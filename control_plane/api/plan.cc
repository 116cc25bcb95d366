#include "control_plane/api/plan.h"

#include <fmt/format.h>

#include "control_plane/config_builder/config_diff.h"
#include "control_plane/config_builder/overlay.h"

namespace oc::control_plane {

namespace {

Json problems_json(const std::vector<ConfigProblem>& problems) {
  Json list = Json::array();
  for (const auto& problem : problems) list.push_back(to_json(problem));
  return list;
}

Result<Json> difference_json(const ApiContext& context, const AgentFacts& agent, const CompiledConfig& compiled) {
  OC_TRY_ASSIGN(const auto desired, context.configs.desired_config(agent.agent_id));
  const auto before_name = desired ? fmt::format("v{}", desired->config.version) : std::string("nothing");
  OC_TRY_ASSIGN(const auto diff,
                config_diff(desired ? desired->config.yaml : "", compiled.rendered.yaml, before_name, "planned"));
  return to_json(diff);
}

Result<Json> agent_plan(const ApiContext& context, const AgentFacts& agent, const model::Policy& policy) {
  OC_TRY_ASSIGN(const auto registered, context.sources.active_sources_of(agent.agent_id));
  std::vector<LabelledSource> sources;
  for (const auto& source : registered) sources.push_back({&source.source, &source.labels});
  OC_TRY_ASSIGN(const auto compiled, context.compiler.compile(agent.collector, sources, policy));
  const bool good = compiled.verdict == CompiledConfig::Verdict::kGood;
  Json json{{"agent_id", agent.agent_id},
            {"host_name", agent.host_name},
            {"refused", !good},
            {"problems", problems_json(compiled.problems)},
            {"quarantined", Json(compiled.rendered.quarantined)},
            {"notes", compiled.rendered.notes},
            {"difference", nullptr}};
  if (good) {
    OC_TRY_ASSIGN(json["difference"], difference_json(context, agent, compiled));
  }
  return json;
}

}  // namespace

Result<Json> plan_json(const ApiContext& context, const NewPolicy& planned) {
  model::Policy policy;
  policy.overlay_text = planned.overlay_text;
  policy.overlay_name = planned.overlay_name;
  const auto overlay = parse_overlay(policy.overlay_text, policy.overlay_name);
  bool refused = !overlay.problems.empty();
  Json agents = Json::array();
  for (const auto& agent : context.fleet.agents()) {
    if (refused || !agent.connected || agent.collector.storage_directory.empty()) continue;
    OC_TRY_ASSIGN(auto json, agent_plan(context, agent, policy));
    agents.push_back(std::move(json));
  }
  for (const auto& agent : agents) refused = refused || agent["refused"].get<bool>();
  return Json{{"refused", refused}, {"problems", problems_json(overlay.problems)}, {"agents", std::move(agents)}};
}

}  // namespace oc::control_plane
