// One value of a JSON line, by its path.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "query/logql/stages/field_path.h"
#include "query/logql/stages/json_scan.h"

namespace oc::query {

struct JsonField {
  std::optional<JsonValue> value;  // the first at this path
  std::string_view error;          // where there is one, but damaged; else ""
};

// What stands before it may be damaged, too: then there is neither. Thread-safe.
JsonField find_json_field(std::string_view line, const std::vector<FieldStep>& path);

}  // namespace oc::query
