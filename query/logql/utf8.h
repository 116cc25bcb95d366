// Text that may hold invalid UTF-8, made valid as Go does it: each byte that begins no valid character is U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace oc::query {

std::string with_valid_utf8(std::string_view text);

}  // namespace oc::query
