// Numbers as Go's strconv and fmt write and read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::query {

// strconv.ParseInt into 64 bits; base 0: 0x, 0o, 0b, 0 as the text says, with underscores.
Result<std::int64_t> go_parse_int(std::string_view text, int base);
// The shortest text that reads as the same number, as %g: 12000, 3.145728e+06.
std::string go_short_float(double value);
// As verb e, f or g (or a capital one) with that precision; precision < 0: the shortest.
std::string go_float(double value, char verb, int precision);

}  // namespace oc::query
