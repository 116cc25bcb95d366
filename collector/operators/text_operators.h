// unquote, regex_replace and sanitize_utf8: a text becomes another.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/operators/operator.h"

namespace oc::collector {

std::shared_ptr<const Operator> parse_unquote(ConfigReader& reader);
std::shared_ptr<const Operator> parse_regex_replace(ConfigReader& reader);
std::shared_ptr<const Operator> parse_sanitize_utf8(ConfigReader& reader);

// As Go's strings.ToValidUTF8: bytes that are no UTF-8 become one U+FFFD as long as they follow each other.
std::string with_runs_replaced(std::string_view bytes);

// As Go's strconv.Unquote: "with escapes", `as it is`, or one 'c'. nullopt: it is not quoted so. What the escapes make
// of it may be no UTF-8.
std::optional<std::string> unquoted(std::string_view text);

}  // namespace oc::collector
