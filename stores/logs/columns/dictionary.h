// The different values of a column.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <xxhash.h>

#include "stores/logs/columns/short_text.h"

namespace oc::stores::columns {

// Each word should stand for several values, or the values are better kept as what they are.
inline constexpr std::size_t kValuesPerWord = 4;
inline constexpr std::size_t kMaxWords = 1 << 16;  // two byte planes

// Numbers the different values in order of their first occurrence.
class Dictionary {
 public:
  explicit Dictionary(std::size_t most) : most_(most), slots_(std::bit_ceil(2 * most + 2)) {}
  // False: more than there may be, or so many in one place that they are better kept as what they are.
  bool add(std::string_view text) {
    std::size_t at = hash(text);
    for (unsigned tries = 0; tries < kMaxTries; ++tries, ++at) {
      std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
      if (slot == 0) {
        words_.push_back(text);
        slot = static_cast<std::uint32_t>(words_.size());
      } else if (!same_text(words_[slot - 1], text)) {
        continue;
      }
      which_.push_back(slot - 1);
      return words_.size() <= most_;
    }
    return false;
  }
  std::span<const std::string_view> words() const { return words_; }
  std::span<const std::uint64_t> which() const { return which_; }

 private:
  // Whoever writes logs can make words whose hashes are the same.
  static constexpr unsigned kMaxTries = 64;
  static std::uint64_t hash(std::string_view text) {
    if (text.size() > 16) return XXH3_64bits(text.data(), text.size());
    const std::uint64_t hash = mix_ends(0, text);
    return hash ^ hash >> 32;
  }

  std::size_t most_;
  std::vector<std::uint32_t> slots_;  // index + 1
  std::vector<std::string_view> words_;
  std::vector<std::uint64_t> which_;
};

}  // namespace oc::stores::columns
