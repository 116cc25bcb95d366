// Searching the text of a whole column at once.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "stores/logs/columns/row_set.h"
#include "stores/logs/columns/text_column.h"

namespace oc::stores::columns {

// Calls visit(position, i) for each place of the text where the i-th piece stands; none is empty.
template <std::size_t Pieces, typename Visit>
void for_each_place(std::string_view text, const std::array<std::string_view, Pieces>& pieces, Visit visit) {
  using Bytes = unsigned char __attribute__((vector_size(16)));
  using Halves = std::uint64_t __attribute__((vector_size(16)));
  const auto load = [](const char* at) {
    Bytes bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
  };
  const auto check = [&](std::size_t place) {
    for (std::size_t i = 0; i < Pieces; ++i)
      if (text.substr(place).starts_with(pieces[i])) visit(place, i);
  };
  std::array<Bytes, Pieces> heads, tails;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < Pieces; ++i) {
    heads[i] = Bytes{} + static_cast<unsigned char>(pieces[i].front());
    tails[i] = Bytes{} + static_cast<unsigned char>(pieces[i].back());
    longest = std::max(longest, pieces[i].size());
  }
  // Sixteen places at a time by the first and the last byte, as long as both lie in the text.
  std::size_t at = 0;
  for (; at + longest - 1 + sizeof(Bytes) <= text.size(); at += sizeof(Bytes)) {
    Bytes both{};
    for (std::size_t i = 0; i < Pieces; ++i)
      both |= (load(text.data() + at) == heads[i]) & (load(text.data() + at + pieces[i].size() - 1) == tails[i]);
    const Halves halves = std::bit_cast<Halves>(both);
    for (unsigned half = 0; half < 2; ++half)
      for (std::uint64_t bits = halves[half]; bits != 0;) {
        const auto byte = static_cast<unsigned>(std::countr_zero(bits)) / 8;
        bits &= ~(0xFFull << 8 * byte);
        check(at + half * 8 + byte);
      }
  }
  for (; at < text.size(); ++at) check(at);
}

// The values that hold `piece`.
RowSet find_inside(const TextColumn& values, std::string_view piece);

}  // namespace oc::stores::columns
