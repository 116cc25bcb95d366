#include "query/logql/templates/url_text.h"

#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "query/logql/go_text.h"

namespace oc::query {

std::string query_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) || std::string_view("-_.~").find(c) != std::string_view::npos)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

Result<std::string> query_unescape(std::string_view text) {
  constexpr std::size_t kEscape = 3;
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    const auto escape = text.substr(at, kEscape);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(escape.data() + 1, escape.data() + escape.size(), value, 16);
    if (escape.size() < kEscape || error != std::errc() || end != escape.data() + escape.size())
      return permanent(fmt::format("invalid URL escape {}", go_quote(escape)));
    out += static_cast<char>(value);
    at += kEscape - 1;
  }
  return out;
}

}  // namespace oc::query
