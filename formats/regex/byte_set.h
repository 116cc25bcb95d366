// A set of bytes, and how far a text stays in it.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace oc::formats {

class ByteSet {
 public:
  using Bits = std::bitset<256>;
  ByteSet() = default;
  explicit ByteSet(const Bits& bits);

  bool contains(char byte) const { return bits_[static_cast<unsigned char>(byte)]; }
  const Bits& bits() const { return bits_; }
  // How many bytes at the front of `text` are in the set. Sets that leave out a few bytes only, as `[^"]` and `\S` do,
  // are gone through sixteen bytes at a time.
  std::size_t span(std::string_view text) const;

 private:
  static constexpr std::size_t kFew = 6;
  std::size_t span_one_by_one(std::string_view text, std::size_t from) const;

  Bits bits_;
  bool table_[256] = {};
  alignas(16) char stops_[kFew][16] = {};  // the bytes that are not in it, each 16 times, the last one repeated
  std::size_t stop_count_ = kFew + 1;      // more than kFew: stops_ is not used
};

}  // namespace oc::formats
