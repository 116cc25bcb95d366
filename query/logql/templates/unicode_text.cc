#include "query/logql/templates/unicode_text.h"

#include <cwctype>

#include <locale.h>

#include "base/utf8.h"

namespace oc::query {

namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

// The C library knows Unicode in this locale, whatever the machine's is.
::locale_t unicode() {
  static const auto locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

template <typename Map>
std::string map_runes(std::string_view text, Map map) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto rune = first_rune(text);
    append_utf8(out, map(rune.code));
    text.remove_prefix(rune.length);
  }
  return out;
}

std::uint32_t upper(std::uint32_t code) { return ::towupper_l(static_cast<wint_t>(code), unicode()); }
std::uint32_t lower(std::uint32_t code) { return ::towlower_l(static_cast<wint_t>(code), unicode()); }

// Between words, by Go: no letter, digit or underscore; beyond ASCII only blanks are.
bool separates_words(std::uint32_t code) {
  if (is_letter_or_digit(code) || code == '_') return false;
  return code < 0x80 || is_unicode_space(code);
}

}  // namespace

Rune first_rune(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  const auto length = utf8_length(text);
  if (length == 0) return {kReplacement, 1};
  if (length == 1) return {byte, 1};
  std::uint32_t code = byte & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {code, length};
}

std::size_t count_runes(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_rune(text).length);
  return count;
}

bool is_letter(std::uint32_t code) {
  return ::iswalpha_l(static_cast<wint_t>(code), unicode()) && !(code < 0x80 && code <= '9');
}
bool is_letter_or_digit(std::uint32_t code) { return ::iswalnum_l(static_cast<wint_t>(code), unicode()); }
bool is_printable(std::uint32_t code) {
  return code == ' ' || (::iswprint_l(static_cast<wint_t>(code), unicode()) && !is_unicode_space(code));
}

bool is_unicode_space(std::uint32_t code) {
  return (code >= 9 && code <= 13) || code == ' ' || code == 0x85 || code == 0xA0 || code == 0x1680 ||
         (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F ||
         code == 0x3000;
}

std::string to_lower_text(std::string_view text) { return map_runes(text, lower); }
std::string to_upper_text(std::string_view text) { return map_runes(text, upper); }

std::string to_title_text(std::string_view text) {
  bool begins_word = true;
  return map_runes(text, [&](std::uint32_t code) {
    const auto shown = begins_word ? upper(code) : code;
    begins_word = separates_words(code);
    return shown;
  });
}

std::string_view trim_space(std::string_view text) {
  while (!text.empty()) {
    const auto rune = first_rune(text);
    if (!is_unicode_space(rune.code)) break;
    text.remove_prefix(rune.length);
  }
  std::size_t keep = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto rune = first_rune(text.substr(at));
    at += rune.length;
    if (!is_unicode_space(rune.code)) keep = at;
  }
  return text.substr(0, keep);
}

}  // namespace oc::query
