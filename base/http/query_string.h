// The parameters of a query string or an application/x-www-form-urlencoded body (WHATWG URL, section 5.1).
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace oc::http {

// Calls `visit` with each decoded name and value, in order. A name without "=" has an empty value; empty pieces
// ("a=1&&b=2") are skipped.
void for_each_parameter(std::string_view encoded,
                        const std::function<void(std::string_view name, std::string value)>& visit);

}  // namespace oc::http
