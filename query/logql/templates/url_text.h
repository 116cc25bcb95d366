// Go's net/url on parts of a query string.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::query {

std::string query_escape(std::string_view text);            // url.QueryEscape: blanks become +
Result<std::string> query_unescape(std::string_view text);  // url.QueryUnescape

}  // namespace oc::query
