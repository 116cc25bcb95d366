// Loki's API for deletes: POST or PUT asks for one, GET lists them, DELETE takes one back.
#pragma once

#include "base/clock.h"
#include "base/http/server.h"
#include "stores/deletes/log_deletes.h"

namespace oc::stores {

// /loki/api/v1/delete. Both must outlive the server.
void add_delete_routes(http::Router& router, LogDeletes& deletes, const Clock& clock = system_clock());

}  // namespace oc::stores
