// What a lane's thread does with a request: decode the body, call the handler, compress the answer.
// Private to base/http.
#pragma once

#include <cstddef>

#include "base/http/message.h"
#include "base/http/server.h"

namespace oc::http {

// Never throws: a handler that does, in spite of its contract, is answered with 500.
Response process_request(const Router::Route& route, Request& request, std::size_t max_body_bytes) noexcept;

}  // namespace oc::http
