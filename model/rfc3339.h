// The other direction of oc::to_rfc3339.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace oc::model {

// "2026-11-23T02:11:09.120Z", with 0 to 9 digits of a fraction and "Z" or an offset such as "+02:00". A leap second
// (:60) is refused, since Unix time has none. Years 1678 to 2261: what nanoseconds in 64 bits can hold.
Result<Nanos> parse_rfc3339(std::string_view text);

}  // namespace oc::model
