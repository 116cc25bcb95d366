// Which sources' blocks differ between two rendered configs, told from their text alone: reading both as YAML takes as
// long as what the answer saves.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oc::control_plane {

// The receivers that are new or other than before, sorted; nullopt: more than receivers differs, so that what is as
// before may fare otherwise. Both are texts of write_yaml(): the same tree is the same bytes.
std::optional<std::vector<std::string>> brought_receivers(std::string_view before, std::string_view after);

}  // namespace oc::control_plane
