// The journal's migration of control-plane.db; what the tables mean stands in FORMAT.md.
#pragma once

#include <string_view>

namespace oc::control_plane {

extern const std::string_view kWorkflowTables;

}  // namespace oc::control_plane
