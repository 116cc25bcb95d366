// JSON of an answer as text in a table.
#pragma once

#include <string>

#include "base/json.h"

namespace oc::cli {

// Empty when the member is missing or no string.
inline std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Compact; null is empty.
inline std::string one_line(const Json& value) {
  return value.is_null() ? std::string() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace oc::cli
