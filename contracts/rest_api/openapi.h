// The control plane's REST API as an OpenAPI 3.1 document: what GET /api/v1/openapi.json answers, and what clients and
// tests hold the server to.
#pragma once

#include "base/json.h"

namespace oc::contracts {

// Made on the first call; thread-safe.
const Json& openapi_document();

}  // namespace oc::contracts
