#include "contracts/otlp/mended_json.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/utf8.h"

namespace oc::contracts::otlp {

namespace {

constexpr std::size_t kEscapeSize = 6;  // \uxxxx

// 0: it does not begin with such an escape.
std::uint32_t escaped_unit(std::string_view text) {
  if (text.size() < kEscapeSize || !text.starts_with("\\u")) return 0;
  std::uint32_t unit = 0;
  const auto end = std::from_chars(text.data() + 2, text.data() + kEscapeSize, unit, 16).ptr;
  return end == text.data() + kEscapeSize ? unit : 0;
}

bool is_first_half(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_second_half(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

}  // namespace

std::string mended_json(std::string_view json) {
  const std::string text = to_utf8(json);
  std::string_view rest = text;
  std::string out;
  while (!rest.empty()) {
    std::size_t taken = rest.starts_with('\\') ? 2 : std::min(rest.find('\\'), rest.size());
    const auto unit = escaped_unit(rest);
    if (is_first_half(unit) && is_second_half(escaped_unit(rest.substr(kEscapeSize)))) taken = 2 * kEscapeSize;
    if (taken == 2 && (is_first_half(unit) || is_second_half(unit))) {
      out += "\\ufffd";
      taken = kEscapeSize;
    } else {
      out += rest.substr(0, taken);
    }
    rest.remove_prefix(std::min(taken, rest.size()));
  }
  return out;
}

}  // namespace oc::contracts::otlp
