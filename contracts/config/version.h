#pragma once

#include <string_view>

namespace oc::contracts {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace oc::contracts
