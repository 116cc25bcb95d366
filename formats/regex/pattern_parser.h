// Reads the syntax of Go's regular expressions as far as SimplePattern follows it.
#pragma once

#include <optional>
#include <string_view>

#include "formats/regex/simple_pattern.h"

namespace oc::formats {

// Without `starts` and `groups`. nullopt: there is something in it that is not followed, or that is wrong.
std::optional<PatternProgram> parse_simple_pattern(std::string_view pattern);

}  // namespace oc::formats
