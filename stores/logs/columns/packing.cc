#include "stores/logs/columns/packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>

namespace oc::stores::columns {

namespace {

bool fits(std::uint64_t range, unsigned in_group, unsigned bits) {
  unsigned __int128 together = 1;
  for (unsigned i = 0; i < in_group; ++i) together *= range;
  return together <= static_cast<unsigned __int128>(1) << bits;
}

// The largest range of which so many numbers fit, at least two of them in at most 57 bits.
std::uint64_t largest_range(unsigned in_group, unsigned bits) {
  auto range = static_cast<std::uint64_t>(std::exp2(static_cast<double>(bits) / in_group));
  while (fits(range + 1, in_group, bits)) ++range;
  while (!fits(range, in_group, bits)) --range;
  return range;
}

}  // namespace

Packing::Packing(std::uint64_t in_group, std::uint64_t group_bits) {
  const bool whole = in_group == 1 && group_bits == kWholeBits;
  if (in_group == 0 || in_group > kMostInGroup || group_bits == 0 || (group_bits > kMostGroupBits && !whole)) return;
  in_group_ = static_cast<unsigned>(in_group);
  group_bits_ = static_cast<unsigned>(group_bits);
  most_ = ~0ull >> (kWholeBits - group_bits_);
  if (in_group == 1) return;
  range_ = largest_range(in_group_, group_bits_);
  most_ = range_ - 1;
  // Rounded up; it then exceeds the true reciprocal by so little that no quotient of kMostGroupBits is changed.
  shift_ = kMostGroupBits + static_cast<unsigned>(std::bit_width(most_));
  reciprocal_ = static_cast<std::uint64_t>(((static_cast<unsigned __int128>(1) << shift_) + most_) / range_);
}

Packing Packing::of(std::uint64_t most) {
  auto best_bits = static_cast<unsigned>(std::bit_width(most));
  if (best_bits > kMostGroupBits) return {1, kWholeBits};
  unsigned best = 1;
  std::uint64_t together = most + 1;
  for (unsigned in_group = 2; in_group <= kMostInGroup && fits(most + 1, in_group, kMostGroupBits); ++in_group) {
    together *= most + 1;
    const auto bits = static_cast<unsigned>(std::bit_width(together - 1));
    if (bits * best >= best_bits * in_group) continue;
    best = in_group;
    best_bits = bits;
  }
  return {best, best_bits};
}

std::size_t Packing::bytes(std::size_t count) const {
  return ((count + in_group_ - 1) / in_group_ * group_bits_ + 7) / 8;
}

std::string Packing::pack(std::span<const std::uint64_t> numbers, std::uint64_t base) const {
  std::string packed(bytes(numbers.size()) + sizeof(std::uint64_t), '\0');  // eight bytes are written at once
  for (std::size_t begin = 0, bit = 0; begin < numbers.size(); begin += in_group_, bit += group_bits_) {
    std::uint64_t group = 0, bits = 0;
    for (std::size_t i = std::min<std::size_t>(begin + in_group_, numbers.size()); i-- > begin;)
      group = group * range_ + (numbers[i] - base);  // the range counts for nothing where it is one
    std::memcpy(&bits, &packed[bit / 8], sizeof bits);
    bits |= group << bit % 8;
    std::memcpy(&packed[bit / 8], &bits, sizeof bits);
  }
  packed.resize(packed.size() - sizeof(std::uint64_t));
  return packed;
}

std::uint64_t Packing::group_at(std::string_view packed, std::size_t group) const {
  const std::size_t bit = group * group_bits_, at = bit / 8;
  std::uint64_t bits = 0;
  if (at + sizeof bits <= packed.size()) [[likely]]
    std::memcpy(&bits, packed.data() + at, sizeof bits);
  else
    std::memcpy(&bits, packed.data() + at, packed.size() - at);
  return bits >> bit % 8 & ~0ull >> (kWholeBits - group_bits_);
}

void Packing::unpack(std::string_view packed, std::size_t first, std::uint64_t base,
                     std::span<std::uint64_t> out) const {
  if (in_group_ == 1) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = base + group_at(packed, first + i);
    return;
  }
  std::size_t skipped = first % in_group_;
  for (std::size_t i = 0, group = first / in_group_; i < out.size(); ++group, skipped = 0) {
    std::uint64_t left = group_at(packed, group);
    for (std::size_t place = 0; place < in_group_ && i < out.size(); ++place) {
      const std::uint64_t rest = quotient(left);
      if (place >= skipped) out[i++] = base + (left - rest * range_);
      left = rest;
    }
  }
}

std::uint64_t Packing::sum(std::string_view packed, std::size_t begin, std::size_t end) const {
  std::uint64_t sum = 0;
  std::array<std::uint64_t, 128> some;
  for (; begin < end; begin += some.size()) {
    const std::span numbers(some.data(), std::min(some.size(), end - begin));
    unpack(packed, begin, 0, numbers);
    sum = std::accumulate(numbers.begin(), numbers.end(), sum);
  }
  return sum;
}

}  // namespace oc::stores::columns
