// Names and values that parsers read from a line, as labels show them.
#pragma once

#include <string>
#include <string_view>

namespace oc::query {

// Both give the text itself where nothing is to be done, else a view of `scratch`.

// A key as a label's name: surrounding white space goes, what is not [A-Za-z0-9_] becomes "_", a digit in front gets
// one before it. "" where nothing is left.
std::string_view label_name(std::string_view key, std::string& scratch);
// Bytes that are not UTF-8, and U+FFFD, become spaces.
std::string_view label_value(std::string_view text, std::string& scratch);

// Appends a key of a nested object to the name of the objects around it: "a" and "b.c" → "a_b_c".
void append_label_name(std::string& path, std::string_view key);

}  // namespace oc::query
