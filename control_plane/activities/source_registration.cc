#include "control_plane/activities/source_registration.h"

#include <algorithm>

#include "base/ids.h"
#include "contracts/delivery/ranges.h"
#include "control_plane/activities/known_agent.h"

namespace oc::contracts {

Json Codec<model::DiscoveredLogSource>::schema() {
  return {{"type", "object"},
          {"description", "As GET /api/v1/sources shows it in \"source\""},
          {"required",
           {"source_id", "source_type", "log_path", "aliases", "metadata", "discovered_at", "status", "shape",
            "start_offset", "skipped_bytes"}}};
}

Status Codec<model::DiscoveredLogSource>::read(const Json& json, const std::string& path,
                                               model::DiscoveredLogSource& source) {
  auto read = model::discovered_log_source_from_json(json);
  if (!read) {
    auto error = std::move(read).error();
    error.message = member_path(path, error.message);
    return std::unexpected(std::move(error));
  }
  source = std::move(*read);
  if (!is_delivery_id(source.source_id))
    return permanent(path + ".source_id: expected letters, digits, '_', '-', '.' and ':'");
  if (!model::has_log_path(source)) return permanent(path + ".log_path: expected an absolute path");
  return {};
}

}  // namespace oc::contracts

namespace oc::control_plane {

namespace {

// Far more than a service has on one control plane; the registry pages beyond.
constexpr std::size_t kMostSourcesOfAService = 100'000;

std::string word_of(Registration registration) {
  switch (registration) {
    case Registration::kInserted:
      return "inserted";
    case Registration::kUpdated:
      return "updated";
    case Registration::kUnchanged:
      return "unchanged";
  }
  return "unchanged";
}

Result<RegistrationOutput> register_one(LogSourceRegistry& registry, const AgentRecord& agent,
                                        const model::DiscoveredLogSource& source) {
  OC_TRY_ASSIGN(const auto registration, registry.register_source(agent, source));
  return RegistrationOutput{source.source_id, word_of(registration)};
}

std::string service_of(const model::RegisteredLogSource& source) {
  const auto at = source.labels.find("service.name");
  return at == source.labels.end() ? std::string() : at->second;
}

}  // namespace

Result<RegistrationOutput> UpsertRegistryRecord::execute(const Input& input, const ActivityContext&) {
  OC_TRY_ASSIGN(const auto agent, known_agent(fleet_, agents_, input.agent_id));
  return register_one(registry_, agent, input.source);
}

Result<RegistrationOutput> RegisterService::execute(const Input& input, const ActivityContext&) {
  if (input.service_name.empty()) return permanent("service_name: is empty");
  if (!input.log_path.starts_with('/')) return permanent("log_path: expected an absolute path");
  OC_TRY_ASSIGN(const auto agent, known_agent(fleet_, agents_, input.agent_id));
  OC_TRY_ASSIGN(const auto found, registry_.sources().look_up(input.log_path, kMostSourcesOfAService));
  const auto known = std::ranges::find_if(found, [&](const auto& source) {
    return source.agent_id == input.agent_id && source.source.log_path == input.log_path;
  });
  model::DiscoveredLogSource source;
  if (known != found.end()) {
    source = known->source;
  } else {
    source.source_id = stable_hash(input.agent_id + " filesystem " + input.log_path);
    source.log_path = input.log_path;
    source.discovered_at_ns = clock_.wall_ns();
  }
  source.metadata["service_name"] = input.service_name;
  source.status = model::SourceStatus::kActive;
  return register_one(registry_, agent, source);
}

Result<DeregisterServiceOutput> DeregisterService::execute(const Input& input, const ActivityContext&) {
  OC_TRY_ASSIGN(const auto found, registry_.sources().look_up(input.service_name, kMostSourcesOfAService));
  std::vector<std::string> ids;
  for (const auto& source : found) {
    const bool meant = input.agent_id.empty() || source.agent_id == input.agent_id;
    if (meant && service_of(source) == input.service_name) ids.push_back(source.source.source_id);
  }
  OC_TRY_ASSIGN(const auto changed, registry_.mark_removed(ids));
  return DeregisterServiceOutput{changed};
}

}  // namespace oc::control_plane
