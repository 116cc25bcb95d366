// Regular expressions as Go reads them, for RE2: the two differ in little.
#pragma once

#include <string>
#include <string_view>

namespace oc::formats {

// With (?P<name> where (?<name> is written: Go has both, RE2's older versions only the first.
std::string with_python_names(std::string_view expression);

// Whether it has \C, one byte of whatever: Go refuses it, and it would cut characters in two.
bool cuts_characters(std::string_view expression);

}  // namespace oc::formats
