// Regular expressions for times, for collectors that split records by one.
#pragma once

#include <string>
#include <string_view>

namespace oc::agent {

// RE2 that matches what a layout (formats/time_layout.h) prints.
std::string layout_pattern(std::string_view layout);

// RE2 for a place_signature.
std::string signature_pattern(std::string_view signature);

}  // namespace oc::agent
