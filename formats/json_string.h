// The inside of a JSON string, where a whole JSON parser would be too much.
#pragma once

#include <string>
#include <string_view>

namespace oc::formats {

// How many bytes at the front of the inside of a string stand for themselves: up to a quote, a backslash, or a control
// character, which may not be there.
std::size_t plain_json_length(std::string_view text);

// Appends the text that `inside` (without its quotes) stands for, by RFC 8259 section 7; a lone surrogate becomes
// U+FFFD. False: an invalid escape; `out` then holds what came before it.
bool append_unescaped_json(std::string_view inside, std::string& out);

// Appends `text` as the inside of a JSON string; bytes that are not UTF-8 become U+FFFD.
void append_escaped_json(std::string_view text, std::string& out);

}  // namespace oc::formats
