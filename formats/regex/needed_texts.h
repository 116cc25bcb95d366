// What a text must hold to be matched by a regular expression, for whoever finds texts quicker than matches.
#pragma once

#include <string>
#include <vector>

#include "formats/regex/simple_pattern.h"

namespace oc::formats {

// Texts of which every match holds one or more; none where there is nothing that can be told so. Of several choices the
// one whose shortest text is the longest.
std::vector<std::string> needed_texts(const PatternProgram& program);

}  // namespace oc::formats
