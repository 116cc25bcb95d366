// Writing protobuf by hand into memory whose size was computed before. All field numbers here are below 16, so a tag
// is one byte (protobuf encoding: number << 3 | wire type).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "contracts/otlp/fields.h"

namespace oc::contracts::otlp::wire {

inline constexpr int kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5;

template <typename Field>
constexpr char tag(Field field, int wire_type) {
  return static_cast<char>(static_cast<std::uint32_t>(field) << 3 | wire_type);
}

constexpr std::size_t varint_size(std::uint64_t value) { return (std::bit_width(value | 1) + 6) / 7; }
constexpr std::size_t field_size(std::size_t content) { return 1 + varint_size(content) + content; }

inline char* put_varint(char* out, std::uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

template <typename Field>
char* put_header(char* out, Field field, std::size_t content_size) {
  *out++ = tag(field, kLengthDelimited);
  return put_varint(out, content_size);
}

namespace detail {
// `size` is at least that of Word and at most twice: its ends are copied, which may overlap.
template <typename Word>
void copy_ends(char* out, const char* from, std::size_t size) {
  Word first, last;
  std::memcpy(&first, from, sizeof first);
  std::memcpy(&last, from + size - sizeof last, sizeof last);
  std::memcpy(out, &first, sizeof first);
  std::memcpy(out + size - sizeof last, &last, sizeof last);
}
}  // namespace detail

// Keys and most values are short: for these a call of memcpy would take longer than the copy.
inline char* put_bytes(char* out, std::string_view bytes) {
  const std::size_t size = bytes.size();
  if (size > 32) {
    std::memcpy(out, bytes.data(), size);
  } else if (size >= 16) {
    detail::copy_ends<std::array<std::uint64_t, 2>>(out, bytes.data(), size);
  } else if (size >= 8) {
    detail::copy_ends<std::uint64_t>(out, bytes.data(), size);
  } else if (size >= 4) {
    detail::copy_ends<std::uint32_t>(out, bytes.data(), size);
  } else {
    for (std::size_t i = 0; i < size; ++i) out[i] = bytes[i];
  }
  return out + size;
}

template <typename Field>
char* put_fixed64(char* out, Field field, std::uint64_t value) {
  static_assert(std::endian::native == std::endian::little, "fixed64 is written as it lies in memory");
  *out++ = tag(field, kFixed64);
  std::memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

template <typename Field>
char* put_fixed32(char* out, Field field, std::uint32_t value) {
  *out++ = tag(field, kFixed32);
  std::memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

}  // namespace oc::contracts::otlp::wire
