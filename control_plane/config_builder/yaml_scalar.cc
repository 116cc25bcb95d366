#include "control_plane/config_builder/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace oc::control_plane {

namespace {

// YAML 1.1 and 1.2 together: Go's reader still takes some of the old words for booleans.
constexpr std::array<std::string_view, 9> kWords = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_plain(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || std::string_view("_-./+").find(c) != std::string_view::npos;
}
bool same_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

}  // namespace

bool needs_quotes(std::string_view text) {
  if (text.empty() || !(is_letter(text.front()) || text.front() == '/')) return true;
  if (!std::all_of(text.begin(), text.end(), is_plain)) return true;
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return same_word(text, word); });
}

std::string escape_expansion(std::string_view text) {
  std::string escaped;
  for (const char letter : text) escaped += letter == '$' ? std::string("$$") : std::string(1, letter);
  return escaped;
}

}  // namespace oc::control_plane
