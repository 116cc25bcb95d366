// IPv4 addresses that have a piece of text, told from their octets.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "stores/logs/columns/column.h"

namespace oc::stores::columns {

class AddressSearch {
 public:
  AddressSearch(std::string_view piece, Place place);
  bool has_piece(std::uint32_t address) const {
    return (ways_[0][address >> 24] & ways_[1][address >> 16 & 0xFF] & ways_[2][address >> 8 & 0xFF] &
            ways_[3][address & 0xFF]) != 0;
  }

 private:
  static constexpr std::size_t kOctets = 4;
  // In which the piece does not stand where it begins in one of `ways`.
  void allow_others(std::size_t octet, std::size_t parts, std::uint8_t ways);
  // The piece's part between two points.
  void allow(std::size_t part, std::string_view text, Place place, std::uint8_t ways);

  // For each octet and each of its values: bit i says that it may stand there where the piece begins in the i-th octet.
  std::array<std::array<std::uint8_t, 256>, kOctets> ways_{};
};

}  // namespace oc::stores::columns
