// Strings as YAML scalars that every reader takes for the same string.
#pragma once

#include <string>
#include <string_view>

namespace oc::control_plane {

// Whether a plain scalar could be read as anything else (a number, a boolean, a comment, a mapping). Errs on the side
// of quotes.
bool needs_quotes(std::string_view text);
// The collector expands ${env:NAME} in every string, quoted or not; "$$" is its way to write "$".
std::string escape_expansion(std::string_view text);
// Writes a scalar. `is_text`: it stays a string even if it looks like a number; otherwise it is written as it is,
// unless it holds what a plain scalar cannot.
void append_scalar(std::string& out, std::string_view scalar, bool is_text);

}  // namespace oc::control_plane
