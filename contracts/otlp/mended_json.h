// JSON that a strict parser refuses for one damaged character, whole otherwise.
#pragma once

#include <string>
#include <string_view>

namespace oc::contracts::otlp {

// Bytes that are no UTF-8 and \u escapes of half a surrogate pair (what is left of a character that a string was cut
// in) become U+FFFD, as Go's decoders read them.
std::string mended_json(std::string_view json);

}  // namespace oc::contracts::otlp
