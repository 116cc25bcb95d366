// What the official collector's `validate` says, in words for people, as problems of components: so that a source's
// faulty block is left out alone, and an overlay hears of its own line.
#pragma once

#include <string_view>
#include <vector>

#include "control_plane/config_builder/config_problem.h"

namespace oc::control_plane {

// Never empty: words that name no component are one problem of the file as a whole.
std::vector<ConfigProblem> official_problems(std::string_view output);

}  // namespace oc::control_plane
