// The migration that brings policies, and what config versions say of them.
#pragma once

#include <string_view>

namespace oc::control_plane {

extern const std::string_view kPolicySchema;

}  // namespace oc::control_plane
