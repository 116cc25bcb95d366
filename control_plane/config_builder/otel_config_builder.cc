#include "control_plane/config_builder/otel_config_builder.h"

#include <algorithm>

#include "base/ids.h"
#include "contracts/labels/labels.h"
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

FileLogReceiver receiver_for(const model::DiscoveredLogSource& source, const std::string& host_name) {
  FileLogReceiver receiver{source.source_id, source.log_path, source.start_offset, resource_labels(source, host_name)};
  receiver.resource[std::string(contracts::kSourceIdAttribute)] = source.source_id;
  return receiver;
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
                                                const std::vector<const model::DiscoveredLogSource*>& sources) const {
  OC_TRY_ASSIGN(OtelConfig built, settings_config(settings));
  for (const auto* source : sources)
    if (source->status == model::SourceStatus::kActive)
      built.receivers.push_back(receiver_for(*source, settings.host_name));
  std::sort(built.receivers.begin(), built.receivers.end(),
            [](const auto& a, const auto& b) { return a.source_id < b.source_id; });
  RenderedConfig rendered;
  rendered.yaml = to_yaml(built);
  rendered.hash = stable_hash(rendered.yaml);
  return rendered;
}

}  // namespace oc::control_plane
