// Between Beast's header fields and ours. Private to base/http.
#pragma once

#include <boost/beast/http/fields.hpp>

#include "base/http/asio.h"
#include "base/http/message.h"

namespace oc::http {

// Repeated fields become one, joined with ", " (RFC 9110, section 5.3).
Headers from_beast(const beast::http::fields& fields);

}  // namespace oc::http
