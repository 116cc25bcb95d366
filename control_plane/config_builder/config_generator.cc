#include "control_plane/config_builder/config_generator.h"

#include <fmt/format.h>

#include "base/log.h"

namespace oc::control_plane {

namespace {

std::vector<LabelledSource> labelled(const std::vector<model::RegisteredLogSource>& sources) {
  std::vector<LabelledSource> list;
  list.reserve(sources.size());
  for (const auto& registered : sources) list.push_back({&registered.source, &registered.labels});
  return list;
}

// The registry's rows say which blocks the config before had.
RenderedSources blocks_before(const std::vector<model::RegisteredLogSource>& sources) {
  RenderedSources blocks;
  for (const auto& registered : sources)
    if (registered.config_version > 0) blocks.emplace(registered.source.source_id, rendered_source(registered.source));
  return blocks;
}

RenderedSources blocks_of(const std::vector<model::RegisteredLogSource>& sources, const RenderedConfig& rendered) {
  std::set<std::string> with_block;
  for (const auto& [component, source_id] : rendered.blocks) with_block.insert(source_id);
  RenderedSources blocks;
  for (const auto& registered : sources)
    if (with_block.contains(registered.source.source_id))
      blocks.emplace(registered.source.source_id, rendered_source(registered.source));
  return blocks;
}

}  // namespace

ConfigGenerator::ConfigGenerator(const Parts& parts)
    : parts_(parts),
      rendered_(parts.metrics.counter("onecollector_configs_rendered_total", "Config versions made")),
      refused_(parts.metrics.counter("onecollector_configs_refused_total", "Configs that a collector would not take")) {
}

// After a restart of the control plane its agents take some seconds to come back: no change is to blame for that.
std::unexpected<Error> ConfigGenerator::unknown_agent(const std::string& agent_id) const {
  const auto latest = parts_.configs.latest_config(agent_id);
  if (!latest) return std::unexpected(latest.error());
  if (*latest)
    return retryable(fmt::format("agent {} has not connected since the control plane started", agent_id),
                     "it is tried again; `onecollector agents` shows when it is back");
  return permanent(fmt::format("no agent has the id \"{}\"", agent_id), "`onecollector agents` lists them");
}

Result<ConfigGenerator::Inputs> ConfigGenerator::inputs(const GenerateRequest& request) const {
  const auto agent = parts_.fleet.agent(request.agent_id);
  if (!agent) return unknown_agent(request.agent_id);
  Inputs inputs;
  inputs.settings = agent->collector;
  OC_TRY_ASSIGN(inputs.sources, parts_.sources.sources_for_config(request.agent_id));
  tell_fleet(inputs.sources);  // what this control plane, or one before it, has rendered
  OC_TRY_ASSIGN(inputs.desired, parts_.configs.desired_config(request.agent_id));
  if (request.policy_version == 0) {
    OC_TRY_ASSIGN(inputs.policy, parts_.policies.current_policy());
  } else {
    OC_TRY_ASSIGN(auto policy, parts_.policies.find_policy(request.policy_version));
    if (!policy)
      return permanent(fmt::format("there is no policy version {}", request.policy_version),
                       "`onecollector policies` lists them");
    inputs.policy = *std::move(policy);
  }
  inputs.reread = request.reread;
  OC_TRY(compare_policies(inputs));
  // Until another policy comes the order to read again stays: a collector that had no time for it yet still finds it.
  const bool same_policy = inputs.desired && inputs.desired->config.policy_version == inputs.policy.version;
  if (inputs.reread.empty() && same_policy) inputs.reread = inputs.desired->config.reread;
  return inputs;
}

// Where the policy before was taken back on another agent this one's config under it is as bad.
Status ConfigGenerator::compare_policies(Inputs& inputs) const {
  if (!inputs.desired || inputs.desired->config.policy_version == inputs.policy.version) return {};
  OC_TRY_ASSIGN(const auto before, parts_.policies.find_policy(inputs.desired->config.policy_version));
  const bool broken = before && before->state == model::PolicyState::kBroken;
  inputs.policy_changed = before && !broken;
  const auto& hash = inputs.desired->config.hash;
  if (broken && std::ranges::find(inputs.reread, hash) == inputs.reread.end()) inputs.reread.push_back(hash);
  return {};
}

Result<RenderedConfig> ConfigGenerator::render(const Inputs& inputs, const Quarantine& quarantine) const {
  return parts_.builder.build(inputs.settings, labelled(inputs.sources), inputs.policy, quarantine, inputs.reread);
}

Result<RenderedConfig> ConfigGenerator::render(const GenerateRequest& request) const {
  OC_TRY_ASSIGN(const auto found, inputs(request));
  return render(found, {});
}

Result<CompiledConfig> ConfigGenerator::compile(const GenerateRequest& request) const {
  OC_TRY_ASSIGN(const auto found, inputs(request));
  return parts_.compiler.compile(found.settings, labelled(found.sources), found.policy, found.reread);
}

Result<bool> ConfigGenerator::is_current(const GenerateRequest& request) const {
  OC_TRY_ASSIGN(const auto found, inputs(request));
  OC_TRY_ASSIGN(const auto latest, parts_.configs.latest_config(request.agent_id));
  if (!latest) return false;
  OC_TRY_ASSIGN(const auto rendered, render(found, latest->config.quarantined));
  // What was refused or taken back is not tried again as long as nothing else comes out.
  return rendered.hash == latest->config.hash || (found.desired && rendered.hash == found.desired->config.hash);
}

Result<GeneratedConfig> ConfigGenerator::generate(const GenerateRequest& request) {
  OC_TRY_ASSIGN(auto found, inputs(request));
  OC_TRY_ASSIGN(const auto latest, parts_.configs.latest_config(request.agent_id));
  // What is to take the place of a config that failed is a version of its own, even where an official collector's
  // reads as the one before: it has nothing to read again.
  const bool replaces = latest && latest->state == ArtifactState::kBroken;
  if (found.desired && !replaces && found.desired->config.policy_version == found.policy.version) {
    OC_TRY_ASSIGN(const auto same, render(found, found.desired->config.quarantined));
    if (same.hash == found.desired->config.hash && same.problems.empty())
      return GeneratedConfig{.config = found.desired->config, .sources = same.blocks.size()};
  }
  OC_TRY_ASSIGN(auto compiled,
                parts_.compiler.compile(found.settings, labelled(found.sources), found.policy, found.reread));
  if (compiled.verdict != CompiledConfig::Verdict::kGood) {
    refused_->add();
    return permanent(compiled.reason(), "the config that runs goes on; mend it and apply it again");
  }
  return store(request, std::move(found), std::move(compiled.rendered));
}

Result<GeneratedConfig> ConfigGenerator::store(const GenerateRequest& request, Inputs inputs, RenderedConfig rendered) {
  const bool elsewhere = inputs.desired && inputs.desired->config.endpoints != rendered.endpoints;
  const bool first = !inputs.desired;
  const auto before = blocks_before(inputs.sources), after = blocks_of(inputs.sources, rendered);
  const auto changed = difference(before, after);
  OC_TRY_ASSIGN(const auto latest, parts_.configs.latest_config(request.agent_id));
  // Made before by a run that did not get further: the same again is no further version.
  if (latest && latest->state == ArtifactState::kRendered && latest->config.hash == rendered.hash &&
      latest->config.policy_version == inputs.policy.version)
    return GeneratedConfig{latest->config, true, first, elsewhere, inputs.policy_changed, rendered.blocks.size()};
  model::CollectorConfig config;
  config.version = latest ? latest->config.version + 1 : 1;
  config.parent = inputs.desired ? inputs.desired->config.version : 0;
  config.agent_id = request.agent_id;
  config.hash = rendered.hash;
  config.yaml = rendered.yaml;
  config.reason = request.reason.empty() ? change_reason(changed, before, after) : request.reason;
  config.author = request.author;
  config.generated_at_ns = parts_.clock.wall_ns();
  config.policy_version = inputs.policy.version;
  config.quarantined = rendered.quarantined;
  config.endpoints = rendered.endpoints;
  config.reread = inputs.reread;
  OC_TRY(parts_.configs.add_config(config));
  rendered_->add();
  log::info("config version {} of agent {} ({}): {}", config.version, config.agent_id, inputs.settings.host_name,
            config.reason);
  OC_TRY(note_blocks(inputs, config, changed));
  return GeneratedConfig{std::move(config), true, first, elsewhere, inputs.policy_changed, rendered.blocks.size()};
}

// Which version brought a source's block is for people; only its being there matters to the next difference.
Status ConfigGenerator::note_blocks(const Inputs& inputs, const model::CollectorConfig& config,
                                    const SourceDifference& changed) {
  auto brought = changed.added;
  brought.insert(brought.end(), changed.changed.begin(), changed.changed.end());
  OC_TRY(parts_.sources.set_config_version(brought, config.version));
  OC_TRY(parts_.sources.set_config_version(changed.removed, 0));
  tell_fleet(inputs.sources);
  std::map<std::string, FleetState::Rendered> rendered;
  for (const auto& id : changed.removed) rendered[id] = {};
  const std::set<std::string> new_blocks(brought.begin(), brought.end());
  for (const auto& registered : inputs.sources)
    if (new_blocks.contains(registered.source.source_id))
      rendered[registered.source.source_id] = {config.version, registered.labels.at("service.name")};
  parts_.fleet.set_rendered(rendered);
  return {};
}

void ConfigGenerator::tell_fleet(const std::vector<model::RegisteredLogSource>& sources) const {
  std::map<std::string, FleetState::Rendered> rendered;
  for (const auto& registered : sources)
    if (registered.config_version > 0)
      rendered[registered.source.source_id] = {registered.config_version, registered.labels.at("service.name")};
  parts_.fleet.set_rendered(rendered);
}

}  // namespace oc::control_plane
