#include <charconv>

#include <fmt/format.h>

#include "control_plane/api/routes.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kListedConfigs = 1000;

// A version that was replaced before any collector took it was never deployed: "none".
std::string_view deployed_state(const ApiContext& context, const ConfigArtifact& artifact) {
  if (artifact.state == ArtifactState::kApplied) return "applied";
  if (artifact.state == ArtifactState::kFailed) return "failed";
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
    configs.push_back(std::move(json));
  }
  return http::Response::json(Json{{"configs", std::move(configs)}});
}

http::Response get_config(const ApiContext& context, const http::Request& request) {
  const auto& agent_id = request.path_parameters.at("agent_id");
  const auto& text = request.path_parameters.at("version");
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  const auto artifact =
      is_number ? context.configs.find_config(agent_id, version) : Result<std::optional<ConfigArtifact>>(std::nullopt);
  if (!artifact) return failure(artifact.error());
  if (!*artifact)
    return http::Response::error(404, fmt::format("agent \"{}\" has no config version \"{}\"", agent_id, text),
                                 "`onecollector configs` lists the newest 200 of each agent");
  return http::Response::json(to_json((*artifact)->config));
}

}  // namespace

void add_config_routes(http::Router& router, const ApiContext& context) {
  router.get("/api/v1/configs", [context](const http::Request& request) { return list_configs(context, request); });
  router.get("/api/v1/configs/{agent_id}/{version}",
             [context](const http::Request& request) { return get_config(context, request); });
}

}  // namespace oc::control_plane
