#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace oc::stores {

// "2026-01-15T10:00:00.123456789+01:00" (RFC 3339, section 5.6); digits beyond nanoseconds are cut. Times that
// no Nanos can say are the earliest or latest that one can, about.
std::optional<Nanos> parse_rfc3339(std::string_view text);

}  // namespace oc::stores
