#pragma once

#include <span>
#include <string>
#include <string_view>

namespace oc::contracts {

// For a name that is not known: "did you mean 'sinks'?", or the list of known names where none is close.
std::string suggestion(std::string_view name, std::span<const std::string_view> known);

}  // namespace oc::contracts
