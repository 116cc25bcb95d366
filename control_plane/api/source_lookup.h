// The source that a request's path names, and a source as the API shows it.
#pragma once

#include <expected>

#include "control_plane/api/rest_api.h"

namespace oc::control_plane {

// By id, a beginning of one, log path or service name; the error is the 404 to answer with.
std::expected<model::RegisteredLogSource, http::Response> find_source(const ApiContext& context,
                                                                      const http::Request& request);
Json source_json(const ApiContext& context, const model::RegisteredLogSource& registered);

}  // namespace oc::control_plane
