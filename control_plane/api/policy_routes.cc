#include <charconv>

#include <fmt/format.h>

#include "base/clock.h"
#include "control_plane/api/plan.h"
#include "control_plane/api/routes.h"
#include "control_plane/config_builder/policy_proposal.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kListedPolicies = 1000;
constexpr const char* kRequestOverlay = "overlay.yaml";  // what errors call one that came without a name

http::Response list_policies(const ApiContext& context) {
  const auto policies = context.policies.list_policies(kListedPolicies);
  if (!policies) return failure(policies.error());
  Json list = Json::array();
  for (const auto& policy : *policies) {
    auto json = to_json(policy);
    json.erase("overlay");
    list.push_back(std::move(json));
  }
  return http::Response::json(Json{{"policies", std::move(list)}});
}

http::Response get_policy(const ApiContext& context, const http::Request& request) {
  const auto& text = request.path_parameters.at("version");
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  const auto policy = is_number ? context.policies.find_policy(version) : Result<std::optional<model::Policy>>();
  if (!policy) return failure(policy.error());
  if (!*policy)
    return http::Response::error(404, fmt::format("there is no policy version \"{}\"", text),
                                 "`onecollector policies` lists them");
  return http::Response::json(to_json(**policy));
}

struct OverlayRequest {
  NewPolicy policy;
  bool force = false;
};

// {"overlay": …, "name": …, "reason": …, "author": …, "force": …}: all but the overlay may be left out.
Result<OverlayRequest> read_request(const http::Request& request) {
  OC_TRY_ASSIGN(const Json body, parse_json(request.body));
  if (!body.is_object()) return permanent("a JSON object is expected");
  OverlayRequest read;
  read.policy.overlay_name = kRequestOverlay;
  read.policy.author = "api";
  const std::map<std::string_view, std::string*> texts = {{"overlay", &read.policy.overlay_text},
                                                          {"name", &read.policy.overlay_name},
                                                          {"reason", &read.policy.reason},
                                                          {"author", &read.policy.author}};
  for (const auto& [key, value] : body.items()) {
    const auto text = texts.find(key);
    if (text != texts.end() && value.is_string())
      *text->second = value.get<std::string>();
    else if (key == "force" && value.is_boolean())
      read.force = value.get<bool>();
    else
      return permanent(fmt::format("'{}' is not known here, or of another type", key),
                       "known are overlay, name, reason and author (texts), and force (a boolean)");
  }
  if (!body.contains("overlay")) return permanent("'overlay' is missing", "it holds the overlay's YAML as text");
  return read;
}

http::Response refusal(int status, const std::vector<ConfigProblem>& problems) {
  Json list = Json::array();
  for (const auto& problem : problems) list.push_back(to_json(problem));
  auto response = http::Response::json(Json{{"error", summary(problems)},
                                            {"next_step", "correct the overlay; see docs/policies.md"},
                                            {"problems", std::move(list)}});
  response.status = status;
  return response;
}

http::Response propose(const ApiContext& context, const http::Request& request) {
  auto read = read_request(request);
  if (!read) return http::Response::error(400, read.error().message, read.error().next_step);
  if (!context.propose_policy)
    return http::Response::error(503, "no rollout can be started yet", "try again in a moment");
  read->policy.created_at_ns = system_clock().wall_ns();
  const auto proposal = propose_policy(context.policies, read->policy, read->force);
  if (!proposal && proposal.error().retryable()) return failure(proposal.error());
  if (!proposal) return http::Response::error(409, proposal.error().message, proposal.error().next_step);
  if (!proposal->policy) return refusal(422, proposal->problems);
  const auto run = context.propose_policy(*proposal->policy);
  if (!run) return failure(run.error());
  return http::Response::json(Json{{"policy", to_json(*proposal->policy)}, {"run", *run}});
}

// {"reason": …, "author": …}, both may be left out.
http::Response take_back(const ApiContext& context, const http::Request& request) {
  if (!context.take_back) return http::Response::error(503, "no rollback can be started yet", "try again in a moment");
  const auto body = parse_json(request.body.empty() ? "{}" : request.body);
  if (!body || !body->is_object()) return http::Response::error(400, "a JSON object is expected");
  const auto current = context.policies.current_policy();
  if (!current) return failure(current.error());
  if (current->version == kFirstPolicy)
    return http::Response::error(409, "no policy is applied: there is nothing to take back",
                                 "`onecollector policies` lists what was applied, and what came of it");
  const auto run = context.take_back(body->value("reason", std::string("taken back by hand")),
                                     body->value("author", std::string("api")));
  if (!run) return failure(run.error());
  if (run->empty())
    return http::Response::error(503, "another rollout has not ended yet", "follow it: onecollector workflows");
  return http::Response::json(Json{{"policy", to_json(*current)}, {"run", *run}});
}

http::Response plan(const ApiContext& context, const http::Request& request) {
  const auto read = read_request(request);
  if (!read) return http::Response::error(400, read.error().message, read.error().next_step);
  const auto planned = plan_json(context, read->policy);
  return planned ? http::Response::json(*planned) : failure(planned.error());
}

}  // namespace

void add_policy_routes(http::Router& router, const ApiContext& context) {
  router.get("/api/v1/policies", [context](const http::Request&) { return list_policies(context); });
  router.post("/api/v1/policies", [context](const http::Request& request) { return propose(context, request); });
  router.get("/api/v1/policies/{version}",
             [context](const http::Request& request) { return get_policy(context, request); });
  router.post("/api/v1/rollback", [context](const http::Request& request) { return take_back(context, request); });
  router.post("/api/v1/plan", [context](const http::Request& request) { return plan(context, request); });
}

}  // namespace oc::control_plane
