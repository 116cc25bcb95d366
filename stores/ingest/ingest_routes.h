// The write side of the log store over HTTP: OTLP in, and what is held of which file out.
#pragma once

#include "base/clock.h"
#include "base/http/server.h"
#include "stores/logs/log_store.h"

namespace oc::stores {

// POST /otlp/v1/logs: 204 once durable; 400: the request is wrong and stays wrong; 422: it is empty; 503 with
// Retry-After: the store cannot write now, nothing of the request is stored. Error bodies are a google.rpc.Status, for
// JSON requests in JSON. GET /onecollector/v1/watermarks: contracts/delivery/ranges.h. `store` and `clock` must outlive
// the server.
void add_ingest_routes(http::Router& router, LogStore& store, const Clock& clock = system_clock());

}  // namespace oc::stores
