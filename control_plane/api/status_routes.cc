#include "control_plane/api/routes.h"
#include "control_plane/api/status_view.h"

namespace oc::control_plane {

namespace {

http::Response list_agents(const ApiContext& context) {
  const auto agents = all_agents(context);
  if (!agents) return failure(agents.error());
  Json list = Json::array();
  for (const auto& agent : *agents) list.push_back(agent_json(agent));
  return http::Response::json(Json{{"agents", std::move(list)}});
}

http::Response status(const ApiContext& context) {
  const auto status = status_json(context);
  return status ? http::Response::json(*status) : failure(status.error());
}

http::Response run_probe(const ApiContext& context) {
  const auto agents = context.fleet.agents();
  const bool any = std::any_of(agents.begin(), agents.end(), [](const auto& agent) { return agent.connected; });
  if (!any)
    return http::Response::error(503, "no agent is connected that could write the probe line",
                                 "see `onecollector agents`, and start one with `onecollector agent`");
  return http::Response::json(to_json(context.probe_now()));
}

}  // namespace

void add_status_routes(http::Router& router, const ApiContext& context) {
  router.get("/api/v1/status", [context](const http::Request&) { return status(context); }, http::Lane::kAdmin);
  router.get("/api/v1/agents", [context](const http::Request&) { return list_agents(context); }, http::Lane::kAdmin);
  router.post("/api/v1/probe", [context](const http::Request&) { return run_probe(context); });
}

}  // namespace oc::control_plane
