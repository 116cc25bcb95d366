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

// Eight digits of a number below 10^8 as bytes in memory, all at once: halves, quarters, digits.
inline std::uint64_t eight_digits(std::uint32_t number) {
  const std::uint64_t halves = number / 10'000 | static_cast<std::uint64_t>(number % 10'000) << 32;
  const std::uint64_t hundreds = (halves * 10'486 >> 20) & 0x0000007F0000007Fu;
  const std::uint64_t quarters = hundreds | (halves - hundreds * 100) << 16;
  const std::uint64_t tens = (quarters * 103 >> 10) & 0x000F000F000F000Fu;
  return (tens | (quarters - tens * 10) << 8) + 0x3030303030303030u;
}

// With zeros in front up to `width`. Bytes behind the end are written over.
inline char* write_number(char* to, std::uint64_t number, unsigned width) {
  constexpr std::uint64_t kEight = 100'000'000;
  const unsigned digits = width != 0 ? width : digits_of(number);
  char* at = to + digits;
  while (at - to > 8) {
    at -= 8;
    const std::uint64_t low = eight_digits(static_cast<std::uint32_t>(number % kEight));
    std::memcpy(at, &low, 8);
    number /= kEight;
  }
  // The digits of the rest stand at the end of eight; what stands behind them was written above.
  const auto left = static_cast<unsigned>(at - to);
  const std::uint64_t first = eight_digits(static_cast<std::uint32_t>(number % kEight));
  char bytes[8];
  std::memcpy(bytes, &first, 8);
  std::memcpy(to, bytes + 8 - left, left);
  return to + digits;
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

inline unsigned address_size(std::uint32_t address) {
  unsigned size = 7;  // an octet has a digit
  for (int shift = 24; shift >= 0; shift -= 8) {
    const std::uint32_t octet = address >> shift & 0xFF;
    size += static_cast<unsigned>(octet >= 10) + static_cast<unsigned>(octet >= 100);
  }
  return size;
}

}  // namespace oc::stores::columns
