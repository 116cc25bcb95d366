// Cross-origin requests of browsers (the Fetch standard, section 3.2), as the official receivers answer them.
#pragma once

#include "base/http/message.h"
#include "collector/receivers/otlp/config.h"

namespace oc::collector {

// Whether the request asks what would be allowed.
bool is_preflight(const http::Request& request);
http::Response preflight_answer(const CorsConfig& config, const http::Request& request);
// Lets the page that asked see the answer.
void allow_origin(const CorsConfig& config, const http::Request& request, http::Response& response);

}  // namespace oc::collector
