// JSON for APIs and state files. Log lines go through simdjson in formats/ instead.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace oc {

using Json = nlohmann::ordered_json;  // keeps the order people wrote

// A permanent error names line and column. Nesting deeper than 200 is refused.
Result<Json> parse_json(std::string_view text);

}  // namespace oc
