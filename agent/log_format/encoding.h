// Which character encoding a file is in, and its text in UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oc::agent {

// "utf-8" (also for ASCII, and where only few bytes are damaged), "utf-16le", "utf-16be", "latin-1".
std::string detect_encoding(std::string_view bytes);

// Without a byte order mark. UTF-8 is passed on as it is, damaged bytes included.
std::string to_utf8(std::string_view bytes, std::string_view encoding);

// At LF; a CR before it goes too. A last line without an end counts; nothing follows the last LF.
std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace oc::agent
