// Digits to numbers, eight at a time.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace oc::stores::columns {

inline constexpr std::size_t kMostDigits = 20;  // of a number below 2^64

// Eight bytes of memory as a number; false: not all of them are digits.
inline bool parse_eight_digits(const char* at, std::uint64_t& number) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, 8);
  const std::uint64_t high = bytes & 0xF0F0F0F0F0F0F0F0u,
                      above_nine = (bytes + 0x0606060606060606u) & 0xF0F0F0F0F0F0F0F0u;
  if ((high | above_nine >> 4) != 0x3333333333333333u) return false;
  bytes -= 0x3030303030303030u;
  bytes = bytes * 10 + (bytes >> 8);  // pairs, in every second byte
  constexpr std::uint64_t kPair = 0x000000FF000000FFu;
  constexpr std::uint64_t kFirst = 100 + (1'000'000ull << 32), kSecond = 1 + (10'000ull << 32);
  number = ((bytes & kPair) * kFirst + ((bytes >> 16) & kPair) * kSecond) >> 32;
  return true;
}

// One digit at least, nothing but digits, below 2^64.
inline bool parse_digits(std::string_view text, std::uint64_t& number) {
  if (text.empty() || text.size() > kMostDigits) return false;
  const char* at = text.data();
  const char* const end = at + text.size();
  number = 0;
  for (std::uint64_t eight = 0; end - at >= 8; at += 8) {
    if (!parse_eight_digits(at, eight)) return false;
    number = number * 100'000'000 + eight;
  }
  for (; at != end; ++at) {
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit > 9) return false;
    // Only the last of twenty can be too much.
    if (at - text.data() == kMostDigits - 1 && number > (UINT64_MAX - digit) / 10) return false;
    number = number * 10 + digit;
  }
  return true;
}

// As a number is written: without zeros in front.
inline bool parse_decimal(std::string_view text, std::uint64_t& number) {
  return parse_digits(text, number) && (text.front() != '0' || text.size() == 1);
}

}  // namespace oc::stores::columns
