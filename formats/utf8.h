// UTF-8 by the rules of RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace oc::formats {

// Bytes of the character at the start of `text`, or 0 where it is not valid (or cut off, or `text` is empty).
std::size_t utf8_character_length(std::string_view text);

bool is_valid_utf8(std::string_view text);

// The same text without the bytes that are not part of a valid character.
std::string without_invalid_utf8(std::string_view text);

void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace oc::formats
