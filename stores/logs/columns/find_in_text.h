// Searching the text of a whole column at once.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "stores/logs/columns/row_set.h"
#include "stores/logs/columns/text_column.h"

namespace oc::stores::columns {

// Calls visit(position) for each place of the text where the piece stands; it is not empty.
template <typename Visit>
void for_each_place(std::string_view text, std::string_view piece, Visit visit) {
  using Bytes = unsigned char __attribute__((vector_size(16)));
  using Halves = std::uint64_t __attribute__((vector_size(16)));
  const auto load = [](const char* at) {
    Bytes bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
  };
  const auto check = [&](std::size_t place) {
    if (std::memcmp(text.data() + place, piece.data(), piece.size()) == 0) visit(place);
  };
  const Bytes heads = Bytes{} + static_cast<unsigned char>(piece.front());
  const Bytes tails = Bytes{} + static_cast<unsigned char>(piece.back());
  // Sixteen places at a time by the first and the last byte, as long as both lie in the text.
  const std::size_t last = piece.size() - 1;
  std::size_t at = 0;
  for (; at + last + sizeof(Bytes) <= text.size(); at += sizeof(Bytes)) {
    const auto both = (load(text.data() + at) == heads) & (load(text.data() + at + last) == tails);
    const Halves halves = std::bit_cast<Halves>(both);
    for (unsigned half = 0; half < 2; ++half)
      for (std::uint64_t bits = halves[half]; bits != 0;) {
        const auto byte = static_cast<unsigned>(std::countr_zero(bits)) / 8;
        bits &= ~(0xFFull << 8 * byte);
        check(at + half * 8 + byte);
      }
  }
  for (; at + last < text.size(); ++at) check(at);
}

// The values that hold `piece`.
RowSet find_inside(const TextColumn& values, std::string_view piece);

}  // namespace oc::stores::columns
