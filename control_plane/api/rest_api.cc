#include "control_plane/api/rest_api.h"

#include "contracts/rest_api/openapi.h"
#include "control_plane/api/routes.h"

namespace oc::control_plane {

http::Response failure(const Error& error) {
  return http::Response::error(error.retryable() ? 503 : 500, error.message, error.next_step);
}

http::Router rest_api(const ApiContext& context) {
  http::Router router;
  router.health("/healthz", [](const http::Request&) { return http::Response::text("ok\n"); });
  // The registry is open and the agent manager runs before this server listens.
  router.health("/readyz", [](const http::Request&) { return http::Response::text("ready\n"); });
  router.get(
      "/api/v1/openapi.json", [](const http::Request&) { return http::Response::json(contracts::openapi_document()); },
      http::Lane::kAdmin);
  add_metrics_route(router, context);
  add_status_routes(router, context);
  add_source_routes(router, context);
  add_source_change_routes(router, context);
  add_event_routes(router, context);
  add_config_routes(router, context);
  add_policy_routes(router, context);
  add_workflow_routes(router, context);
  add_activity_routes(router, context);
  return router;
}

}  // namespace oc::control_plane
