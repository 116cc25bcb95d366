// What Go's servers refuse in a query string or a form, and browsers' rules (base/http/query_string.h) let pass.
#pragma once

#include "base/http/message.h"
#include "base/result.h"

namespace oc::stores {

// An error, worded as Go words it, where a ";" separates or a "%" stands without two hexadecimal digits.
Status check_query_string(const http::Request& request);

}  // namespace oc::stores
