// The migrations of control-plane.db; what the tables mean stands in FORMAT.md.
#pragma once

#include <string_view>
#include <vector>

namespace oc::control_plane {

const std::vector<std::string_view>& registry_migrations();

}  // namespace oc::control_plane
