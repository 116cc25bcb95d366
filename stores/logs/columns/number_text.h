// Numbers to digits, faster than anything that looks at a format. The places written to have 24 bytes of room.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace oc::stores::columns {

inline constexpr auto kDigitPairs = [] {
  std::array<char, 200> pairs{};
  for (unsigned i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

inline constexpr auto kPowersOfTen = [] {
  std::array<std::uint64_t, 20> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

inline unsigned digits_of(std::uint64_t number) {
  // 1233 / 4096 is a little less than log10(2).
  const unsigned about = static_cast<unsigned>(std::bit_width(number | 1)) * 1233 >> 12;
  return about + (about < 20 && (number | (about == 0)) >= kPowersOfTen[about]);
}

// Exactly `digits` of it, at most 20.
inline char* write_digits(char* to, std::uint64_t number, unsigned digits) {
  char* at = to + digits;
  while (at - to >= 2) {
    at -= 2;
    std::memcpy(at, &kDigitPairs[number % 100 * 2], 2);
    number /= 100;
  }
  if (at != to) *to = static_cast<char>('0' + number % 10);
  return to + digits;
}

// With zeros in front up to `width`.
inline char* write_number(char* to, std::uint64_t number, unsigned width) {
  return write_digits(to, number, width != 0 ? width : digits_of(number));
}

// The last `scale` (less than 20) digits behind a point.
inline char* write_decimal(char* to, std::uint64_t number, unsigned width, unsigned scale) {
  if (scale == 0) return write_number(to, number, width);
  const std::uint64_t whole = number / kPowersOfTen[scale];
  to = write_number(to, whole, width > scale ? width - scale : 0);
  *to++ = '.';
  return write_digits(to, number % kPowersOfTen[scale], scale);
}

inline char* write_octet(char* to, unsigned octet) {
  if (octet >= 100) {
    *to++ = static_cast<char>('0' + octet / 100);
    std::memcpy(to, &kDigitPairs[octet % 100 * 2], 2);
    return to + 2;
  }
  if (octet >= 10) {
    std::memcpy(to, &kDigitPairs[octet * 2], 2);
    return to + 2;
  }
  *to = static_cast<char>('0' + octet);
  return to + 1;
}

inline char* write_address(char* to, std::uint32_t address) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    to = write_octet(to, address >> shift & 0xFF);
    if (shift != 0) *to++ = '.';
  }
  return to;
}

}  // namespace oc::stores::columns
