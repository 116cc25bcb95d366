// One value of a JSON line, by its path.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "query/logql/stages/json_scan.h"
#include "query/logql/stages/label_extraction.h"

namespace oc::query {

// The first such value; nullopt where there is none, or where the line is damaged before it. Thread-safe.
std::optional<JsonValue> find_json_value(std::string_view line, const std::vector<FieldStep>& path);

}  // namespace oc::query
