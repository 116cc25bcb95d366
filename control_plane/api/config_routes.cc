#include <charconv>

#include <fmt/format.h>

#include "control_plane/api/routes.h"
#include "control_plane/config_builder/config_diff.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kListedConfigs = 1000;

// A version that was replaced before any collector took it was never deployed: "none".
std::string_view deployed_state(const ApiContext& context, const ConfigArtifact& artifact) {
  if (artifact.state != ArtifactState::kRendered && artifact.state != ArtifactState::kDeployed)
    return to_string(artifact.state);
  const auto agent = context.fleet.agent(artifact.config.agent_id);
  return agent && agent->config_version == artifact.config.version ? "applying" : "none";
}

bool known_agent(const ApiContext& context, const std::string& agent_id) {
  if (context.fleet.agent(agent_id)) return true;
  const auto records = context.agents.list_agents();
  return records && std::any_of(records->begin(), records->end(),
                                [&](const AgentRecord& record) { return record.agent_id == agent_id; });
}

http::Response list_configs(const ApiContext& context, const http::Request& request) {
  const auto agent_id = request.parameter("agent").value_or("");
  if (!agent_id.empty() && !known_agent(context, agent_id))
    return http::Response::error(404, fmt::format("no agent has the id \"{}\"", agent_id),
                                 "`onecollector agents` lists them");
  const auto artifacts = context.configs.list_configs(agent_id, kListedConfigs);
  if (!artifacts) return failure(artifacts.error());
  Json configs = Json::array();
  for (const auto& artifact : *artifacts) {
    auto json = to_json(artifact.config);
    json.erase("yaml");
    json["state"] = deployed_state(context, artifact);
    json["error"] = artifact.error;
    configs.push_back(std::move(json));
  }
  return http::Response::json(Json{{"configs", std::move(configs)}});
}

// The artifact that two path parameters name; 404 says what there is.
Result<std::optional<ConfigArtifact>> find_artifact(const ApiContext& context, const http::Request& request,
                                                    const char* version_parameter) {
  const auto& text = request.path_parameters.at(version_parameter);
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return context.configs.find_config(request.path_parameters.at("agent_id"), version);
}

http::Response no_such_version(const http::Request& request, const char* version_parameter) {
  return http::Response::error(
      404,
      fmt::format("agent \"{}\" has no config version \"{}\"", request.path_parameters.at("agent_id"),
                  request.path_parameters.at(version_parameter)),
      "`onecollector configs` lists the newest 200 of each agent");
}

http::Response get_config(const ApiContext& context, const http::Request& request) {
  const auto artifact = find_artifact(context, request, "version");
  if (!artifact) return failure(artifact.error());
  if (!*artifact) return no_such_version(request, "version");
  return http::Response::json(to_json((*artifact)->config));
}

http::Response diff_configs(const ApiContext& context, const http::Request& request) {
  const auto before = find_artifact(context, request, "version");
  if (!before) return failure(before.error());
  if (!*before) return no_such_version(request, "version");
  const auto after = find_artifact(context, request, "other");
  if (!after) return failure(after.error());
  if (!*after) return no_such_version(request, "other");
  const auto name = [](const auto& artifact) { return fmt::format("v{}", artifact->config.version); };
  const auto diff = config_diff((*before)->config.yaml, (*after)->config.yaml, name(*before), name(*after));
  return diff ? http::Response::json(to_json(*diff)) : failure(diff.error());
}

}  // namespace

void add_config_routes(http::Router& router, const ApiContext& context) {
  router.get("/api/v1/configs", [context](const http::Request& request) { return list_configs(context, request); });
  router.get("/api/v1/configs/{agent_id}/{version}",
             [context](const http::Request& request) { return get_config(context, request); });
  router.get("/api/v1/configs/{agent_id}/{version}/diff/{other}",
             [context](const http::Request& request) { return diff_configs(context, request); });
}

}  // namespace oc::control_plane
