// UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace oc {

// The length of the character that `text` begins with, 1 to 4; 0 if it does not begin with a valid one, or is empty.
std::size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);
// Each byte that is not part of a valid character becomes U+FFFD. JSON can carry nothing else, and a library that is
// asked to write other bytes throws.
std::string to_utf8(std::string_view bytes);
// The same text without the bytes that are not part of a valid character.
std::string without_invalid_utf8(std::string_view text);
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace oc
