// One string field of a JSON line, found without reading the line as a whole.
#pragma once

#include <span>
#include <string_view>

namespace oc::stores {

// The value, as it is written, of the first member whose key is one of `names` and whose value is a string; members of
// the line's object and of the objects right in it count (Loki's log_level_from_json_max_depth: 2). A damaged line is
// read as far as it can be. Empty: there is none.
std::string_view json_string_field(std::string_view line, std::span<const std::string_view> names);

}  // namespace oc::stores
