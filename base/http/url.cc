#include <algorithm>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "base/http/message.h"
#include "base/http/query_string.h"

namespace oc::http {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// RFC 3986, section 2.3. Not std::isalnum: that one asks the locale.
bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" || scheme == "wss" ? 443 : 80; }

Result<std::uint16_t> parse_port(std::string_view text, std::string_view url) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0)
    return permanent(fmt::format("{}: the port \"{}\" is not a number from 1 to 65535", url, text));
  return port;
}

// "host", "host:port", "[v6]", "[v6]:port".
Status parse_authority(std::string_view authority, std::string_view url, Url& into) {
  std::string_view rest;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == authority.npos) return permanent(fmt::format("{}: the bracket of the IPv6 address is not closed", url));
    into.host = authority.substr(1, end - 1);
    rest = authority.substr(end + 1);
  } else {
    const auto colon = authority.find(':');
    into.host = authority.substr(0, colon);
    rest = colon == authority.npos ? std::string_view() : authority.substr(colon);
  }
  if (into.host.empty()) return permanent(fmt::format("{}: the host is missing", url));
  if (rest.empty()) {
    into.port = default_port(into.scheme);
    return {};
  }
  if (rest.front() != ':') return permanent(fmt::format("{}: \"{}\" after the host", url, rest));
  OC_TRY_ASSIGN(into.port, parse_port(rest.substr(1), url));
  return {};
}

bool has_space_or_control(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c))
      encoded += c;
    else
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' && plus_is_space ? ' ' : text[i];  // a stray % stays as it is
    }
  }
  return decoded;
}

void for_each_parameter(std::string_view encoded,
                        const std::function<void(std::string_view name, std::string value)>& visit) {
  while (!encoded.empty()) {
    const auto end = std::min(encoded.find('&'), encoded.size());
    const auto piece = encoded.substr(0, end);
    encoded.remove_prefix(std::min(end + 1, encoded.size()));
    if (piece.empty()) continue;
    const auto equals = std::min(piece.find('='), piece.size());
    const auto value = piece.substr(std::min(equals + 1, piece.size()));
    visit(percent_decode(piece.substr(0, equals), true), percent_decode(value, true));
  }
}

Result<Url> Url::parse(std::string_view text) {
  if (has_space_or_control(text)) return permanent(fmt::format("\"{}\": a URL has no spaces or control bytes", text));
  const auto scheme_end = text.find("://");
  if (scheme_end == text.npos)
    return permanent(fmt::format("\"{}\" is not a URL", text), "write it as http://host:port/path");
  Url url;
  url.scheme = text.substr(0, scheme_end);
  if (url.scheme != "http" && url.scheme != "https" && url.scheme != "ws" && url.scheme != "wss")
    return permanent(fmt::format("{}: the scheme \"{}\" is not known", text, url.scheme), "use http, https, ws or wss");
  auto rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));  // the fragment stays with the client (RFC 9110, section 7.1)
  const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
  const auto authority = rest.substr(0, authority_end);
  if (authority.contains('@'))
    return permanent(fmt::format("{}: user and password do not belong into a URL", url.scheme + "://…"),
                     "send them as a header instead");
  OC_TRY(parse_authority(authority, text, url));
  url.target = rest.substr(authority_end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

}  // namespace oc::http
