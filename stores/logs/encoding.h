// The primitives all formats of this folder are written with: LEB128 integers, length-prefixed bytes, fixed-width
// little-endian integers (FORMAT.md). Readers never run past the end: a bad read makes them fail for good.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <xxhash.h>

namespace oc::stores {

inline std::uint64_t checksum(std::string_view bytes, std::uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

inline std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

inline constexpr std::size_t kMaxVarintBytes = 10;

inline char* write_varint(char* to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) *to++ = static_cast<char>(value | 0x80);
  *to++ = static_cast<char>(value);
  return to;
}
// Behind their length; there must be room.
inline char* write_bytes(char* to, std::string_view bytes) {
  to = write_varint(to, bytes.size());
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}
inline std::size_t varint_bytes(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}
inline void put_varint(std::string& out, std::uint64_t value) {
  char bytes[kMaxVarintBytes];
  out.append(bytes, static_cast<std::size_t>(write_varint(bytes, value) - bytes));
}
inline void put_bytes(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out.append(bytes);
}
// The targets are little-endian machines (x86-64, AArch64), so the memory image is the format.
template <typename Integer>
void put_fixed(std::string& out, Integer value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  std::uint64_t varint() {
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) return static_cast<std::uint8_t>(*at_++);
    std::uint64_t value = 0;
    at_ = long_varint(at_, end_, value);
    return at_ != nullptr ? value : fail();
  }
  std::int64_t signed_varint() { return unzigzag(varint()); }
  std::string_view raw(std::uint64_t size) {
    if (size > left()) {
      fail();
      return {};
    }
    return {std::exchange(at_, at_ + size), size};
  }
  std::string_view bytes() { return raw(varint()); }
  template <typename Integer>
  Integer fixed() {
    Integer value{};
    const std::string_view bytes = raw(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  // A count of things that take at least `smallest` bytes each: what cannot fit is an error, not an allocation.
  std::uint64_t count(std::size_t smallest = 1) {
    const std::uint64_t value = varint();
    return value <= left() / smallest ? value : fail();
  }
  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }
  std::string_view rest() const { return {at_, left()}; }

 private:
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  // Its end; null: there is none. It does not see the reader, which can stay in registers so.
  static const char* long_varint(const char* at, const char* end, std::uint64_t& value) {
    for (unsigned shift = 0; shift < 64 && at != end; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(*at++);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return at;
    }
    return nullptr;
  }
  std::uint64_t fail() {
    ok_ = false;
    at_ = end_;
    return 0;
  }
  const char *at_, *end_;
  bool ok_ = true;
};

}  // namespace oc::stores
