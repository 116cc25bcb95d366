#include "control_plane/config_builder/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "base/utf8.h"

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

// Numbers, booleans, "~", durations: all that means something else in quotes is made of these. Never "-", "---", "...".
bool may_stay_plain(std::string_view text) {
  if (text == "~") return true;
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_plain)) return false;
  const bool begins_safely = text[0] != '-' && text[0] != '.';
  return begins_safely || (text.size() > 1 && text[1] != '-' && text[1] != '.') || text.starts_with("-.");
}

// Characters that readers take for line breaks or refuse: C1 controls, line and paragraph separators, the byte order
// mark. How many bytes of UTF-8 the one at the start has; 0: it may stand as it is.
std::size_t unwelcome_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  if (byte(0) == 0xC2 && byte(1) < 0xA0) return 2;
  if (byte(0) == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9)) return 3;
  if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return 3;
  return byte(0) == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE ? 3 : 0;
}

unsigned code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]) & 0x3Fu; };
  return character.size() == 2 ? (byte(0) & 0x1Fu) << 6 | byte(1)
                               : (static_cast<unsigned char>(character[0]) & 0x0Fu) << 12 | byte(1) << 6 | byte(2);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (const auto length = unwelcome_character(text.substr(i))) {
      out += fmt::format("\\u{:04X}", code_point(text.substr(i, length)));
      i += length - 1;
    } else if (letter == '"' || letter == '\\') {
      out.append({'\\', letter});
    } else if (letter == '\n') {
      out += "\\n";
    } else if (letter == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(letter));
    } else {
      out += letter;
    }
  }
  out += '"';
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

void append_scalar(std::string& out, std::string_view scalar, bool is_text) {
  if (is_text ? needs_quotes(scalar) : !may_stay_plain(scalar))
    append_quoted(out, to_utf8(scalar));
  else
    out += scalar;
}

}  // namespace oc::control_plane
