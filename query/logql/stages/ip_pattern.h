// ip("192.168.0.0/16"): an address, a range of addresses or a network, sought in text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace oc::query {

class IpPattern {
 public:
  static Result<IpPattern> parse(std::string_view text);  // "10.0.0.1", "10.0.0.1-10.0.0.9", "fe80::/10"
  // Whether an address of the pattern stands anywhere in the text.
  bool found_in(std::string_view text) const;

  struct Address {
    bool is_v6 = false;
    std::array<std::uint8_t, 16> bytes{};  // of a v4 address: the first four
    auto operator<=>(const Address&) const = default;
  };

 private:
  bool contains(const Address& address) const { return first_ <= address && address <= last_; }

  Address first_;
  Address last_;
};

}  // namespace oc::query
