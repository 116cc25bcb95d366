#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include "contracts/config/config.h"

namespace oc::contracts {

namespace {

constexpr std::string_view kExpected = "expected ADDRESS:PORT, e.g. 127.0.0.1:3100 or [::1]:3100";

bool is_ipv4(const std::string& address) {
  in_addr parsed{};
  return ::inet_pton(AF_INET, address.c_str(), &parsed) == 1;
}

bool is_ipv6(const std::string& address) {
  in6_addr parsed{};
  return ::inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

std::unexpected<Error> bad_endpoint(std::string_view text, std::string_view why) {
  return permanent(fmt::format("'{}' is not an endpoint: {}", text.substr(0, 80), why), std::string(kExpected));
}

Result<std::uint16_t> parse_port(std::string_view text, std::string_view port) {
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
  if (error != std::errc() || end != port.data() + port.size() || value == 0) {
    return bad_endpoint(text, "the port is not a number from 1 to 65535");
  }
  return value;
}

}  // namespace

std::string Endpoint::text() const {
  const bool brackets = address.find(':') != std::string::npos;
  return brackets ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
  // The calls that check addresses read C strings, which would end there.
  if (text.find('\0') != std::string_view::npos) return bad_endpoint("", "it holds a NUL byte");
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_endpoint(text, "there is no port");
  Endpoint endpoint;
  endpoint.address = text.substr(0, colon);
  if (endpoint.address == "localhost") endpoint.address = "127.0.0.1";
  const bool bracketed = endpoint.address.starts_with('[') && endpoint.address.ends_with(']');
  if (bracketed) endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
  if (bracketed ? !is_ipv6(endpoint.address) : !is_ipv4(endpoint.address)) {
    return bad_endpoint(text, "the address is not an IP address (IPv6 stands in brackets)");
  }
  OC_TRY_ASSIGN(endpoint.port, parse_port(text, text.substr(colon + 1)));
  return endpoint;
}

Status require_loopback(const Endpoint& endpoint) {
  in_addr v4{};
  in6_addr v6{};
  const bool loopback = ::inet_pton(AF_INET, endpoint.address.c_str(), &v4) == 1
                            ? (ntohl(v4.s_addr) >> 24) == IN_LOOPBACKNET
                            : ::inet_pton(AF_INET6, endpoint.address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
  if (loopback) return {};
  return permanent(fmt::format("{} can be reached from other machines, which needs TLS and a token: not supported yet",
                               endpoint.text()),
                   "listen on 127.0.0.1 or [::1], and come from other machines through an SSH tunnel");
}

}  // namespace oc::contracts
