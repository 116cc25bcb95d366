#include "stores/http/loki_api.h"

#include <fmt/format.h>

#include "stores/http/detected_fields.h"
#include "stores/http/detected_labels.h"
#include "stores/http/loki_limits.h"
#include "stores/http/loki_queries.h"
#include "stores/http/loki_rules.h"
#include "stores/http/loki_tail.h"
#include "stores/http/old_query.h"
#include "stores/http/patterns.h"
#include "stores/http/query_routes.h"
#include "stores/http/volume.h"

namespace oc::stores {

namespace {

// Loki answers each of these to GET and to a POSTed form.
void add_both(http::Router& router, const std::string& path, const http::Handler& handler) {
  router.get(path, handler, http::Lane::kQuery);
  router.post(path, handler, http::Lane::kQuery);
}

void add_query_routes(http::Router& router, const std::shared_ptr<QueryRoutes>& routes) {
  constexpr std::pair<const char*, QueryRoutes::Ask> kRoutes[] = {
      {"/loki/api/v1/query", answer_query},
      {"/loki/api/v1/query_range", answer_query_range},
      {"/loki/api/v1/labels", answer_label_names},
      {"/loki/api/v1/label", answer_label_names},
      {"/loki/api/v1/label/{name}/values", answer_label_values},
      {"/loki/api/v1/series", answer_series},
      {"/loki/api/v1/index/stats", answer_index_stats},
      {"/loki/api/v1/index/volume", answer_volume},
      {"/loki/api/v1/index/volume_range", answer_volume_range},
      {"/loki/api/v1/detected_labels", answer_detected_labels},
      {"/loki/api/v1/detected_fields", answer_detected_fields},
      {"/loki/api/v1/detected_field/{name}/values", answer_field_values},
      {"/loki/api/v1/patterns", answer_patterns},
      {"/api/prom/query", answer_old_query},
      {"/api/prom/label", answer_label_names},
      {"/api/prom/label/{name}/values", answer_label_values},
      {"/api/prom/series", answer_series},
  };
  for (const auto& [path, body] : kRoutes)
    add_both(router, path, [routes, ask = body](const http::Request& request) { return routes->answer(request, ask); });
  add_both(router, "/loki/api/v1/format_query",
           [routes](const http::Request& request) { return routes->format_query(request); });
}

// What clients read of it: the version and that it is a build of Loki's API.
std::string build_info(const std::string& version) {
  return fmt::format(R"({{"version":"{}","revision":"onecollector","branch":"","buildUser":"","buildDate":"",)"
                     R"("goVersion":""}})",
                     version);
}

}  // namespace

void add_loki_routes(http::Router& router, query::LogReader& reader, const LokiApiOptions& options) {
  MetricRegistry unpublished;
  auto& metrics = options.metrics != nullptr ? *options.metrics : unpublished;
  add_query_routes(router, std::make_shared<QueryRoutes>(reader, *options.clock, options.long_queries, metrics));
  add_rule_routes(router);

  const auto tails = std::make_shared<TailService>(
      reader, *options.clock,
      metrics.counter("onecollector_loki_tail_dropped_entries_total", "Entries a slow tail client did not get."));
  router.websocket("/loki/api/v1/tail",
                   [tails](const http::Request& request) { return open_tail_session(tails, request); });

  router.health("/ready", [](const http::Request&) { return http::Response::text("ready\n"); });
  router.get(
      "/loki/api/v1/status/buildinfo",
      [body = build_info(options.version)](const http::Request&) {
        return http::Response::text(body, 200, "application/json; charset=UTF-8");
      },
      http::Lane::kAdmin);
  router.get(
      "/loki/api/v1/drilldown-limits",
      [body = drilldown_limits(options.version)](const http::Request&) {
        return http::Response::text(body, 200, "application/json; charset=UTF-8");
      },
      http::Lane::kAdmin);
  router.get(
      "/config", [](const http::Request&) { return http::Response::text(limits_as_yaml()); }, http::Lane::kAdmin);
}

}  // namespace oc::stores
