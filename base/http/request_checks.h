// What can be decided about a request from its head alone, before the body is read. Private to base/http.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/http/access.h"
#include "base/http/message.h"
#include "base/http/route_table.h"

namespace oc::http {

// The answer to a request that must not reach its handler: 401, 404, 405 or 415.
std::optional<Response> refusal(const Request& request, const RouteMatch& match, const AccessPolicy& access);

// Absolute form, "GET http://host/path", is for proxies, but a server has to take it (RFC 9112, section 3.2.2).
std::string origin_form(std::string_view target);

}  // namespace oc::http
