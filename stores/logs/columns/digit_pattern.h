// Whether text has digits and other bytes where a pattern has them, eight bytes at a time.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace oc::stores::columns {

// Of at least eight and at most kMostBytes bytes: D stands for a digit, ? for any byte, all else for itself.
class DigitPattern {
 public:
  static constexpr std::size_t kMostBytes = 40;

  constexpr explicit DigitPattern(std::string_view pattern) {
    for (std::size_t begin = 0; begin < pattern.size(); begin += 8)
      words_[count_++] = word_at(pattern, begin + 8 <= pattern.size() ? begin : pattern.size() - 8);
  }
  // `text` has as many bytes as the pattern, or more.
  bool begins(const char* text) const {
    std::uint64_t wrong = 0;
    for (std::size_t i = 0; i < count_; ++i) wrong |= words_[i].differs(text);
    return wrong == 0;
  }

 private:
  struct Word {
    std::size_t at = 0;
    std::uint64_t literal = 0, literal_mask = 0, digit_mask = 0;  // of the bytes as they lie in memory

    std::uint64_t differs(const char* text) const {
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, text + at, 8);
      // Digits less '0' are below ten: adding 0x76 leaves the highest bit alone.
      const std::uint64_t digits = (bytes ^ 0x3030303030303030u) & digit_mask;
      const std::uint64_t above_nine = ((digits & 0x7F7F7F7F7F7F7F7Fu) + 0x7676767676767676u) | digits;
      return ((bytes ^ literal) & literal_mask) | (above_nine & 0x8080808080808080u);
    }
  };
  static constexpr Word word_at(std::string_view pattern, std::size_t at) {
    Word word{.at = at};
    for (std::size_t i = 0; i < 8; ++i) {
      const char c = pattern[at + i];
      const unsigned shift = static_cast<unsigned>(8 * i);
      if (c == 'D') word.digit_mask |= 0xFFull << shift;
      if (c == 'D' || c == '?') continue;
      word.literal |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << shift;
      word.literal_mask |= 0xFFull << shift;
    }
    return word;
  }

  std::array<Word, kMostBytes / 8> words_{};
  std::size_t count_ = 0;
};

}  // namespace oc::stores::columns
