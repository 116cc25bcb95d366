// The handlers by subject, put together in rest_api.cc.
#pragma once

#include "control_plane/api/rest_api.h"

namespace oc::control_plane {

void add_status_routes(http::Router& router, const ApiContext& context);
void add_source_routes(http::Router& router, const ApiContext& context);
void add_source_change_routes(http::Router& router, const ApiContext& context);
void add_event_routes(http::Router& router, const ApiContext& context);
void add_config_routes(http::Router& router, const ApiContext& context);
void add_policy_routes(http::Router& router, const ApiContext& context);
void add_workflow_routes(http::Router& router, const ApiContext& context);
void add_activity_routes(http::Router& router, const ApiContext& context);
void add_metrics_route(http::Router& router, const ApiContext& context);

// An Error as an answer: 503 for what may pass, 500 for what will not.
http::Response failure(const Error& error);

}  // namespace oc::control_plane
