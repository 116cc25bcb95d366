#include "query/logql/stages/field_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace oc::query {

namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_name_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

std::string_view without_white_space(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

// A character of several bytes becomes one "_".
void append_name_characters(std::string& out, std::string_view key) {
  while (!key.empty()) {
    const auto length = is_ascii(key[0]) ? 1 : std::max<std::size_t>(1, utf8_length(key));
    out.push_back(is_name_byte(key[0]) ? key[0] : '_');
    key.remove_prefix(length);
  }
}

}  // namespace

std::string_view label_name(std::string_view key, std::string& scratch) {
  if (!key.empty() && !is_name_digit(key[0]) && std::ranges::all_of(key, is_name_byte)) return key;
  scratch.clear();
  append_label_name(scratch, key);
  return scratch;
}

std::string_view label_value(std::string_view text, std::string& scratch) {
  if (std::ranges::all_of(text, is_ascii)) return text;
  if (is_utf8(text) && text.find(kReplacementCharacter) == std::string_view::npos) return text;
  scratch.clear();
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const bool replaced = length == 0 || text.starts_with(kReplacementCharacter);
    scratch.append(replaced ? " " : text.substr(0, length));
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return scratch;
}

void append_label_name(std::string& path, std::string_view key) {
  key = without_white_space(key);
  if (key.empty()) return;
  if (!path.empty() || is_name_digit(key[0])) path.push_back('_');
  append_name_characters(path, key);
}

}  // namespace oc::query
