#include "stores/http/loki_rules.h"

#include <fmt/format.h>

namespace oc::stores {

namespace {

http::Handler answers_empty(std::string_view list) {
  const auto body = fmt::format(R"({{"status":"success","data":{{"{}":[]}},"errorType":"","error":""}})", list);
  return [body](const http::Request&) { return http::Response::text(body, 200, "application/json"); };
}

http::Response no_groups(const http::Request&) { return http::Response::text("no rule groups found\n", 404); }

}  // namespace

void add_rule_routes(http::Router& router) {
  router.get("/prometheus/api/v1/rules", answers_empty("groups"), http::Lane::kAdmin);
  router.get("/prometheus/api/v1/alerts", answers_empty("alerts"), http::Lane::kAdmin);
  for (const std::string path : {"/loki/api/v1/rules", "/api/prom/rules"}) {
    router.get(path, no_groups, http::Lane::kAdmin);
    router.get(path + "/{namespace}", no_groups, http::Lane::kAdmin);
  }
}

}  // namespace oc::stores
