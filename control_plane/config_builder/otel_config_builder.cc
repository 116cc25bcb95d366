#include "control_plane/config_builder/otel_config_builder.h"

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "contracts/labels/labels.h"
#include "control_plane/config_builder/overlay.h"
#include "control_plane/config_builder/overlay_invariants.h"
#include "control_plane/config_builder/record_operators.h"
#include "control_plane/registry/log_source_registry.h"

namespace oc::control_plane {

namespace {

Result<contracts::Endpoint> endpoint_or(const std::string& text, const contracts::Endpoint& fallback,
                                        const char* name) {
  if (text.empty()) return fallback;
  auto endpoint = contracts::Endpoint::parse(text);
  if (!endpoint) return in_context(std::move(endpoint).error(), name);
  return endpoint;
}

std::string metadata(const model::DiscoveredLogSource& source, const char* name) {
  const auto found = source.metadata.find(name);
  return found == source.metadata.end() ? std::string() : found->second;
}

FileLogReceiver receiver_for(const LabelledSource& labelled, const std::string& host_name) {
  const auto& source = *labelled.source;
  FileLogReceiver receiver{source.source_id, source.log_path, source.start_offset,
                           labelled.labels ? *labelled.labels : resource_labels(source, host_name)};
  receiver.resource[std::string(contracts::kSourceIdAttribute)] = source.source_id;
  receiver.operators = record_operators(source.shape);
  receiver.docker_local = is_docker_local(source.shape);
  receiver.inside_container = metadata(source, model::kContainerFile);
  return receiver;
}

JournaldReceiver journal_for(const LabelledSource& labelled, const std::string& host_name) {
  const auto& source = *labelled.source;
  JournaldReceiver receiver{source.source_id,
                            metadata(source, "journal.directory"),
                            metadata(source, "journal.field"),
                            metadata(source, "journal.value"),
                            source.start_offset,
                            labelled.labels ? *labelled.labels : resource_labels(source, host_name)};
  receiver.resource[std::string(contracts::kSourceIdAttribute)] = source.source_id;
  return receiver;
}

// Of the exporters that some pipeline names.
std::vector<std::string> endpoints_in_use(const YamlTree& config) {
  std::set<std::string> found;
  const auto* exporters = config.find({"exporters"});
  const auto* pipelines = config.find({"service", "pipelines"});
  if (exporters == nullptr || pipelines == nullptr) return {};
  for (const auto& pipeline : pipelines->fields) {
    const auto* used = pipeline.value.find({"exporters"});
    if (used == nullptr) continue;
    for (const auto& name : used->items)
      for (const char* key : {"endpoint", "logs_endpoint"})
        if (const auto* endpoint = exporters->find({name.scalar, key})) found.insert(endpoint->scalar);
  }
  found.erase("");
  return {found.begin(), found.end()};
}

void write(RenderedConfig& rendered, YamlTree tree) {
  auto written = write_yaml(tree);
  rendered.yaml = std::move(written.text);
  rendered.hash = stable_hash(rendered.yaml);
  rendered.marks = std::move(written.marks);
  rendered.endpoints = endpoints_in_use(tree);
  rendered.tree = std::make_shared<const YamlTree>(std::move(tree));
}

void apply_overlay(RenderedConfig& rendered, const YamlTree& base, const CollectorTarget& target,
                   const model::Policy& policy) {
  const auto overlay = parse_overlay(policy.overlay_text, policy.overlay_name);
  rendered.problems = overlay.problems;
  if (!overlay.problems.empty()) return;
  std::set<std::string> receivers;
  for (const auto& [name, source_id] : rendered.blocks) receivers.insert(name);
  auto merged = base;
  merge_overlay(merged, overlay, target, receivers, rendered.notes);
  rendered.problems = broken_invariants(base, merged, rendered.blocks, overlay.file);
  write(rendered, std::move(merged));
}

std::string without_trailing_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

Result<OtelConfig> OtelConfigBuilder::settings_config(const CollectorSettings& settings) const {
  OtelConfig built;
  OC_TRY_ASSIGN(built.target, CollectorTarget::parse(settings.kind, settings.version));
  OC_TRY_ASSIGN(built.health_check,
                endpoint_or(settings.health_endpoint, config_.listen.collector_health, "health_endpoint of the agent"));
  OC_TRY_ASSIGN(built.own_metrics, endpoint_or(settings.metrics_endpoint, config_.listen.collector_metrics,
                                               "metrics_endpoint of the agent"));
  if (settings.storage_directory.empty())
    return permanent("the agent names no storage directory for its collector",
                     "it belongs in onecollector.collector.storage_directory of the agent's description");
  built.storage_directory = settings.storage_directory;
  built.memory_limit_mib =
      settings.memory_limit_mib > 0 ? settings.memory_limit_mib : config_.limits.collector_memory_mib;
  const auto base_url = without_trailing_slash(config_.logs_base_url());
  built.logs_endpoint = base_url + "/otlp";
  if (config_.embedded_backend()) built.watermarks_endpoint = base_url;
  return built;
}

Result<RenderedConfig> OtelConfigBuilder::build(const CollectorSettings& settings,
                                                const std::vector<LabelledSource>& sources, const model::Policy& policy,
                                                const Quarantine& quarantine,
                                                const std::vector<std::string>& reread) const {
  OC_TRY_ASSIGN(OtelConfig built, settings_config(settings));
  built.held_files = settings.held_files;
  built.reread = reread;
  RenderedConfig rendered;
  for (const auto& labelled : sources) {
    const auto& source = *labelled.source;
    if (source.status != model::SourceStatus::kActive) continue;
    if (const auto refused = quarantine.find(source.source_id); refused != quarantine.end())
      rendered.quarantined.insert(*refused);
    else if (source.source_type == model::SourceType::kJournald)
      built.journals.push_back(journal_for(labelled, settings.host_name));
    else
      built.receivers.push_back(receiver_for(labelled, settings.host_name));
  }
  std::ranges::sort(built.receivers, {}, &FileLogReceiver::source_id);
  std::ranges::sort(built.journals, {}, &JournaldReceiver::source_id);
  const auto add_block = [&](const auto& receiver) {
    rendered.blocks.emplace(receiver_name(built.target, receiver), receiver.source_id);
  };
  std::ranges::for_each(built.receivers, add_block);
  std::ranges::for_each(built.journals, add_block);
  auto base = to_tree(built);
  write(rendered, base);
  rendered.base_yaml = rendered.yaml;
  if (!policy.overlay_text.empty()) apply_overlay(rendered, base, built.target, policy);
  return rendered;
}

std::optional<YamlPlace> RenderedConfig::origin(YamlPlace written) const {
  const auto at = std::ranges::lower_bound(marks, written, {}, &YamlMark::written);
  if (at == marks.end() || at->written != written) return std::nullopt;
  return at->origin;
}

}  // namespace oc::control_plane
