#include "stores/http/loki_api.h"

#include <fmt/format.h>

#include "stores/http/loki_limits.h"
#include "stores/http/loki_queries.h"
#include "stores/http/loki_tail.h"

namespace oc::stores {

namespace {

using RouteMember = http::Response (QueryRoutes::*)(const http::Request&) const;

// Loki answers each of these to GET and to a POSTed form.
void add_both(http::Router& router, const std::string& path, const std::shared_ptr<const QueryRoutes>& routes,
              RouteMember member) {
  const auto handler = [routes, member](const http::Request& request) { return ((*routes).*member)(request); };
  router.get(path, handler, http::Lane::kQuery);
  router.post(path, handler, http::Lane::kQuery);
}

std::shared_ptr<Counter> counter(MetricRegistry& metrics, const std::string& result) {
  return metrics.counter("onecollector_loki_queries_total", "Requests to the log query API by their outcome.",
                         {{"result", result}});
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
  const auto routes =
      std::make_shared<const QueryRoutes>(QueryRoutes{&reader,
                                                      options.clock,
                                                      {counter(metrics, "success"), counter(metrics, "refused"),
                                                       counter(metrics, "cancelled"), counter(metrics, "timed_out")}});
  add_both(router, "/loki/api/v1/query", routes, &QueryRoutes::query);
  add_both(router, "/loki/api/v1/query_range", routes, &QueryRoutes::query_range);
  add_both(router, "/loki/api/v1/labels", routes, &QueryRoutes::label_names);
  add_both(router, "/loki/api/v1/label", routes, &QueryRoutes::label_names);
  add_both(router, "/loki/api/v1/label/{name}/values", routes, &QueryRoutes::label_values);
  add_both(router, "/loki/api/v1/series", routes, &QueryRoutes::series);
  add_both(router, "/loki/api/v1/index/stats", routes, &QueryRoutes::index_stats);
  add_both(router, "/loki/api/v1/index/volume", routes, &QueryRoutes::volume);
  add_both(router, "/loki/api/v1/index/volume_range", routes, &QueryRoutes::volume_range);
  add_both(router, "/loki/api/v1/detected_labels", routes, &QueryRoutes::detected_labels);
  add_both(router, "/loki/api/v1/detected_fields", routes, &QueryRoutes::detected_fields);
  add_both(router, "/loki/api/v1/detected_field/{name}/values", routes, &QueryRoutes::field_values);
  add_both(router, "/loki/api/v1/patterns", routes, &QueryRoutes::patterns);
  add_both(router, "/loki/api/v1/format_query", routes, &QueryRoutes::format_query);

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
