// Times that are numbers: layout_type epoch.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "contracts/otlp/value.h"

namespace oc::collector {

// "s", "ms", "us", "ns": whole numbers; "s.ms", "s.us", "s.ns": two of them with a point between, the second a count,
// not a fraction: 5.1 of s.ms is 5 s and 1 ms.
bool is_epoch_layout(std::string_view layout);
std::optional<Nanos> parse_epoch(std::string_view text, std::string_view layout);
// Of a text or a number; nothing for others.
std::optional<Nanos> epoch_of(const contracts::otlp::Value& value, std::string_view layout);

}  // namespace oc::collector
