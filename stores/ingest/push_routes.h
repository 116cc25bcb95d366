// Loki's push API: what Promtail, Alloy, Fluent Bit, Vector and the Docker plugin write to.
#pragma once

#include "base/clock.h"
#include "base/http/server.h"
#include "base/metrics.h"
#include "stores/logs/log_store.h"

namespace oc::stores {

// POST /loki/api/v1/push, /api/prom/push: JSON, or protobuf with snappy. 204 once durable; 400 with Loki's text: what
// is named was refused, everything else is stored; 422: there is nothing in it; 503 with Retry-After: the store cannot
// write now, nothing of the push is stored. All must outlive the server.
void add_push_routes(http::Router& router, LogStore& store, MetricRegistry& metrics,
                     const Clock& clock = system_clock());

}  // namespace oc::stores
