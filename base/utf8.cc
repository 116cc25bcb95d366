#include "base/utf8.h"

namespace oc {

namespace {

struct Form {
  std::size_t length = 0;
  unsigned char second_low = 0x80;  // the second byte's range is what keeps overlong forms and surrogates out
  unsigned char second_high = 0xbf;
};

Form form_of(unsigned char lead) {
  if (lead < 0x80) return {.length = 1};
  if (lead < 0xc2) return {};
  if (lead < 0xe0) return {.length = 2};
  if (lead < 0xf0) {
    return {.length = 3,
            .second_low = static_cast<unsigned char>(lead == 0xe0 ? 0xa0 : 0x80),
            .second_high = static_cast<unsigned char>(lead == 0xed ? 0x9f : 0xbf)};
  }
  if (lead > 0xf4) return {};
  return {.length = 4,
          .second_low = static_cast<unsigned char>(lead == 0xf0 ? 0x90 : 0x80),
          .second_high = static_cast<unsigned char>(lead == 0xf4 ? 0x8f : 0xbf)};
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const Form form = form_of(static_cast<unsigned char>(text[0]));
  if (form.length == 0 || text.size() < form.length) return 0;
  for (std::size_t i = 1; i < form.length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const unsigned char low = i == 1 ? form.second_low : 0x80;
    const unsigned char high = i == 1 ? form.second_high : 0xbf;
    if (byte < low || byte > high) return 0;
  }
  return form.length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    text += length == 0 ? std::string_view("\xef\xbf\xbd") : bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

std::string without_invalid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    out.append(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
    return;
  }
  const int continuations = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
  constexpr unsigned char kFirstByteMarks[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kFirstByteMarks[continuations] | (code_point >> (6 * continuations)));
  for (int i = continuations - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((code_point >> (6 * i)) & 0x3F));
}

}  // namespace oc
