// Loki's rules, of which this store evaluates none: who lists them learns that there are none.
#pragma once

#include "base/http/server.h"

namespace oc::stores {

// What Grafana asks for beside each Loki, as Loki answers while it has no rules. Making some is an unknown route.
void add_rule_routes(http::Router& router);

}  // namespace oc::stores
