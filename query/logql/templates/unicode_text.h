// Letters beyond ASCII as Go's unicode package knows them: case and class.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oc::query {

// The first character; what is not UTF-8 reads as U+FFFD, one byte long. `text` must not be empty.
struct Rune {
  std::uint32_t code = 0;
  std::size_t length = 0;
};
Rune first_rune(std::string_view text);
std::size_t count_runes(std::string_view text);

bool is_letter(std::uint32_t code);
bool is_letter_or_digit(std::uint32_t code);
bool is_printable(std::uint32_t code);
bool is_unicode_space(std::uint32_t code);

std::string to_lower_text(std::string_view text);
std::string to_upper_text(std::string_view text);
std::string to_title_text(std::string_view text);  // strings.Title: the first letter of each word
std::string_view trim_space(std::string_view text);

}  // namespace oc::query
