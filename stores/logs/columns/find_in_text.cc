#include "stores/logs/columns/find_in_text.h"

#include <algorithm>
#include <bit>

namespace oc::stores::columns {

namespace {

using Bytes16 = unsigned char __attribute__((vector_size(16)));
using Words = std::uint64_t __attribute__((vector_size(16)));

Bytes16 load16(const char* at) {
  Bytes16 bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

// Calls visit(position) for each place where the first and the last byte of the piece are found; visit returns whether
// to go on at the next place, or from where. Text has TextColumn::kSlack bytes behind it.
template <typename Visit>
void for_each_place(std::string_view text, std::string_view piece, Visit visit) {
  if (piece.size() > text.size()) return;
  const std::size_t last = piece.size() - 1, places = text.size() - last;
  const Bytes16 heads = Bytes16{} + static_cast<unsigned char>(piece.front());
  const Bytes16 tails = Bytes16{} + static_cast<unsigned char>(piece.back());
  for (std::size_t at = 0; at < places; at += 16) {
    const auto match = (load16(text.data() + at) == heads) & (load16(text.data() + at + last) == tails);
    const Words words = std::bit_cast<Words>(match);
    for (unsigned half = 0; half < 2; ++half)
      for (std::uint64_t bits = words[half]; bits != 0;) {
        const auto byte = static_cast<unsigned>(std::countr_zero(bits)) / 8;
        bits &= ~(0xFFull << 8 * byte);
        const std::size_t place = at + half * 8 + byte;
        if (place < places && std::memcmp(text.data() + place, piece.data(), piece.size()) == 0) visit(place);
      }
  }
}

}  // namespace

RowSet find_inside(const TextColumn& values, std::string_view piece) {
  RowSet found(values.size(), piece.empty());
  if (piece.empty()) return found;
  const std::vector<std::uint32_t>& ends = values.ends();
  auto row = ends.begin();
  for_each_place(values.all(), piece, [&](std::size_t place) {
    if (*row <= place) row = std::upper_bound(row, ends.end(), place);
    if (place + piece.size() <= *row) found.add(static_cast<std::size_t>(row - ends.begin()));
  });
  return found;
}

}  // namespace oc::stores::columns
