// Two texts line by line, as `diff -u` shows them.
#pragma once

#include <string>
#include <string_view>

namespace oc::control_plane {

// Empty for equal texts. Texts that differ in more than some thousand lines are shown as replaced as a whole between
// their first and last difference.
std::string unified_diff(std::string_view before, std::string_view after, const std::string& before_name,
                         const std::string& after_name);

}  // namespace oc::control_plane
