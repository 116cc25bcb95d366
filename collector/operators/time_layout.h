// Layouts of strptime's letters, which the official collector turns into Go's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::collector {

// Go's layout for strptime's letters. It may hold no digits, and what else it holds is read as Go does.
Result<std::string> go_layout(std::string_view strptime_layout);

}  // namespace oc::collector
