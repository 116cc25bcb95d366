// Go's number literals, as LogQL takes them: 12, 1.5e3, 0x1p-4.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace oc::query {

// Bytes of the literal that `text` begins with; `text` begins with a digit, or a point and a digit. What the literal
// is worth is go_parse_float's to say: it takes fewer forms. Errors are worded as Loki's scanner words them: "0b"
// without digits is a decimal literal to it `behind_space`, else a binary one.
Result<std::size_t> scan_number_literal(std::string_view text, bool behind_space);

}  // namespace oc::query
