// Numbers of a known range in as few bits as some of them together take: three numbers below 100,000 need 50, where
// each alone would need 17. For numbers of which all come about equally often; others shrink more as bytes that are
// compressed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace oc::stores::columns {

// Groups of numbers in whole bits: the first number of a group, plus the range times the second, and so on.
class Packing {
 public:
  // The one that takes the fewest bits for numbers from 0 to `most`, which is not 0.
  static Packing of(std::uint64_t most);
  // As it was read.
  Packing(std::uint64_t in_group, std::uint64_t group_bits);
  // False: malformed.
  bool valid() const { return most_ != 0; }
  std::uint64_t in_group() const { return in_group_; }
  std::uint64_t group_bits() const { return group_bits_; }
  std::uint64_t most() const { return most_; }  // that a number can be
  std::size_t bytes(std::size_t count) const;

  // The numbers less `base`.
  std::string pack(std::span<const std::uint64_t> numbers, std::uint64_t base) const;
  // Those from the first-th on, plus `base`. Any bytes give some numbers; `packed` has bytes(first + out.size()).
  void unpack(std::string_view packed, std::size_t first, std::uint64_t base, std::span<std::uint64_t> out) const;
  // Of those from `begin` to before `end`.
  std::uint64_t sum(std::string_view packed, std::size_t begin, std::size_t end) const;

 private:
  // A group begins at any bit of a byte, and eight bytes hold it; larger numbers are kept whole.
  static constexpr unsigned kMostGroupBits = 57, kWholeBits = 64;
  // More in a group gain next to nothing, and each costs a division where one of them is wanted.
  static constexpr unsigned kMostInGroup = 8;
  std::uint64_t group_at(std::string_view packed, std::size_t group) const;
  std::uint64_t quotient(std::uint64_t value) const {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(value) * reciprocal_ >> shift_);
  }

  unsigned in_group_ = 1, group_bits_ = 0;
  std::uint64_t most_ = 0;
  // Where several are in a group. Divides by the range what has up to kMostGroupBits.
  std::uint64_t range_ = 0;
  std::uint64_t reciprocal_ = 0;
  unsigned shift_ = 0;
};

}  // namespace oc::stores::columns
