#include "query/logql/stages/ip_pattern.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "query/logql/go_text.h"

namespace oc::query {

namespace {

using Address = IpPattern::Address;

constexpr std::size_t kLongestAddress = 45;
constexpr std::string_view kV4Bytes = "0123456789.";
constexpr std::string_view kV6Bytes = "0123456789abcdefABCDEF:.";

bool is_address_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_address_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() > kLongestAddress || text.find('\0') != std::string_view::npos) return std::nullopt;
  char terminated[kLongestAddress + 1];
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';
  Address address{.is_v6 = text.find(':') != std::string_view::npos};
  const int family = address.is_v6 ? AF_INET6 : AF_INET;
  return inet_pton(family, terminated, address.bytes.data()) == 1 ? std::optional(address) : std::nullopt;
}

// Sets the bits behind the first `bits` to all ones or all zeros.
Address with_low_bits(Address address, int bits, bool ones) {
  const int size = address.is_v6 ? 128 : 32;
  for (int bit = bits; bit < size; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> (bit % 8));
    auto& byte = address.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(ones ? byte | mask : byte & ~mask);
  }
  return address;
}

// Where in a text an address may begin.
bool v4_may_begin(std::string_view text) {
  return text.size() > 3 && is_address_digit(text[0]) && text.substr(1, 3).find('.') != std::string_view::npos;
}
bool v6_may_begin(std::string_view text) {
  if (text.size() > 2 && text.starts_with("::") && is_hex_digit(text[2])) return true;
  constexpr std::size_t kGroupDigits = 4;
  for (std::size_t i = 0; i <= kGroupDigits && i < text.size(); ++i) {
    if (text[i] == ':') return i > 0;
    if (!is_hex_digit(text[i])) return false;
  }
  return false;
}

}  // namespace

Result<IpPattern> IpPattern::parse(std::string_view text) {
  IpPattern pattern;
  if (const auto address = parse_address(text)) {
    pattern.first_ = pattern.last_ = *address;
    return pattern;
  }
  const auto invalid = permanent(fmt::format("ip: invalid pattern: {}", go_quote(text)));
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const auto address = parse_address(text.substr(0, slash));
    const auto digits = text.substr(slash + 1);
    int bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    const bool whole = error == std::errc() && end == digits.data() + digits.size() && digits[0] != '-';
    if (!address || !whole || bits > (address->is_v6 ? 128 : 32)) return invalid;
    pattern.first_ = with_low_bits(*address, bits, false);
    pattern.last_ = with_low_bits(*address, bits, true);
    return pattern;
  }
  const auto dash = text.find('-');
  const auto first = dash == std::string_view::npos ? std::nullopt : parse_address(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? std::nullopt : parse_address(text.substr(dash + 1));
  if (!first || !last || first->is_v6 != last->is_v6 || *first > *last) return invalid;
  pattern.first_ = *first;
  pattern.last_ = *last;
  return pattern;
}

bool IpPattern::found_in(std::string_view text) const {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_hex_digit(text[i]) && text[i] != ':') continue;
    const auto rest = text.substr(i);
    const bool v4 = v4_may_begin(rest);
    if (!v4 && !v6_may_begin(rest)) continue;
    const auto length = std::min(rest.find_first_not_of(v4 ? kV4Bytes : kV6Bytes), rest.size());
    const auto address = parse_address(rest.substr(0, length));
    if (address && contains(*address)) return true;
    i += length;
  }
  return false;
}

}  // namespace oc::query
