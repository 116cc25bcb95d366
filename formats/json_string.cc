#include "formats/json_string.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace oc::formats {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

std::optional<std::uint32_t> hex4(std::string_view text) {
  std::uint32_t value = 0;
  if (text.size() < 4) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, value, 16);
  if (error != std::errc() || end != text.data() + 4) return std::nullopt;
  return value;
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// `rest` stands behind "\u"; what is taken is removed from it.
bool append_unicode_escape(std::string_view& rest, std::string& out) {
  const auto unit = hex4(rest);
  if (!unit) return false;
  rest.remove_prefix(4);
  std::uint32_t code_point = *unit;
  if (is_high_surrogate(code_point) && rest.starts_with("\\u")) {
    const auto low = hex4(rest.substr(2));
    if (low && is_low_surrogate(*low)) {
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (*low - 0xDC00);
      rest.remove_prefix(6);
    }
  }
  const bool lone = is_high_surrogate(code_point) || is_low_surrogate(code_point);
  append_utf8(out, lone ? kReplacement : code_point);
  return true;
}

char simple_escape(char letter) {
  switch (letter) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case '"':
    case '\\':
    case '/':
    case '\'':
      return letter;  // Go's unquote, and so Loki's logfmt, takes \' too
    default:
      return '\0';
  }
}

}  // namespace

std::size_t plain_json_length(std::string_view text) {
  std::size_t at = 0;
#ifdef __SSE2__
  constexpr std::size_t kStep = sizeof(__m128i);
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1F);
  for (; at + kStep <= text.size(); at += kStep) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i found =
        _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
    if (const int mask = _mm_movemask_epi8(found); mask != 0)
      return at + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(mask)));
  }
#endif
  const auto plain = [](char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) > 0x1F; };
  while (at < text.size() && plain(text[at])) ++at;
  return at;
}

bool append_unescaped_json(std::string_view inside, std::string& out) {
  while (!inside.empty()) {
    const std::size_t escape = inside.find('\\');
    out.append(inside.substr(0, escape));
    if (escape == std::string_view::npos) return true;
    inside.remove_prefix(escape + 1);
    if (inside.empty()) return false;
    const char letter = inside[0];
    inside.remove_prefix(1);
    if (letter == 'u') {
      if (!append_unicode_escape(inside, out)) return false;
    } else if (const char plain = simple_escape(letter)) {
      out += plain;
    } else {
      return false;
    }
  }
  return true;
}

void append_escaped_json(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      append_utf8(out, kReplacement);
    } else if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text[0];
    } else if (byte < 0x20) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

}  // namespace oc::formats
