// unquote and regex_replace: a text becomes another.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/operators/operator.h"

namespace oc::collector {

std::shared_ptr<const Operator> parse_unquote(ConfigReader& reader);
std::shared_ptr<const Operator> parse_regex_replace(ConfigReader& reader);

// As Go's strconv.Unquote: "with escapes", `as it is`, or one 'c'. nullopt: it is not quoted so. What the escapes make
// of it may be no UTF-8.
std::optional<std::string> unquoted(std::string_view text);

}  // namespace oc::collector
