// Text of a few bytes compared and hashed in place: most of what lines are taken apart into is shorter than a call is
// worth.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace oc::stores::columns {

inline std::uint64_t load_bytes(const char* at, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, size);
  return word;
}

inline bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const char *x = a.data(), *y = b.data();
  const std::size_t size = a.size();
  if (size >= 8) {
    if (size > 64) return std::memcmp(x, y, size) == 0;
    for (std::size_t i = 0; i + 8 < size; i += 8)
      if (load_bytes(x + i, 8) != load_bytes(y + i, 8)) return false;
    return load_bytes(x + size - 8, 8) == load_bytes(y + size - 8, 8);
  }
  if (size >= 4)
    return load_bytes(x, 4) == load_bytes(y, 4) && load_bytes(x + size - 4, 4) == load_bytes(y + size - 4, 4);
  for (std::size_t i = 0; i < size; ++i)
    if (x[i] != y[i]) return false;
  return true;
}

inline std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  return std::rotl((hash ^ word) * 0x9E3779B97F4A7C15u, 29);
}

// Of its length and the eight bytes at either end: whoever looks it up bounds how many it compares with. All but the
// last step can be done before `hash` is known.
inline std::uint64_t mix_ends(std::uint64_t hash, std::string_view text) {
  const std::size_t size = text.size();
  std::uint64_t first = 0, last = 0;
  if (size >= 8) {
    first = load_bytes(text.data(), 8);
    last = load_bytes(text.data() + size - 8, 8);
  } else if (size >= 4) {
    first = load_bytes(text.data(), 4);
    last = load_bytes(text.data() + size - 4, 4);
  } else {
    for (const char c : text) first = first << 8 | static_cast<unsigned char>(c);
  }
  // The high bits of a product know all bytes: they become the low ones, which choose the slot.
  constexpr std::uint64_t kFirst = 0xBF58476D1CE4E5B9u, kLast = 0x94D049BB133111EBu;
  return mix(hash, std::rotl((first ^ size << 56) * kFirst, 32) ^ std::rotl(last * kLast, 29));
}

}  // namespace oc::stores::columns
