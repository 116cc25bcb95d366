#include "stores/logs/columns/line_marks.h"

#include <cstring>

namespace oc::stores::columns {

namespace {

constexpr std::size_t kStep = 16;
using Sixteen = std::uint8_t __attribute__((vector_size(kStep)));
using SixteenBits = bool __attribute__((ext_vector_type(kStep)));

struct Marks {
  std::uint64_t marks = 0, words = 0;
};

template <typename Comparison>
std::uint64_t bits_of(Comparison comparison) {
  return std::bit_cast<std::uint16_t>(__builtin_convertvector(comparison, SixteenBits));
}

template <typename Byte>
auto is_digit_of(Byte bytes) {
  return bytes - static_cast<std::uint8_t>('0') < 10;
}
template <typename Byte>
auto is_word_of(Byte bytes) {
  return is_digit_of(bytes) | ((bytes | 0x20) - static_cast<std::uint8_t>('a') < 26) | (bytes > 0x7F);
}

Marks marks_of(const char* at, bool quotes) {
  Sixteen bytes;
  std::memcpy(&bytes, at, kStep);
  const auto digits = is_digit_of(bytes);
  const std::uint64_t quote_bits = quotes ? bits_of(bytes == '"') : 0;
  return {bits_of(digits) | quote_bits, bits_of(is_word_of(bytes))};
}

// Of the last `size` bytes of the line, fewer than kStep. Those before them are read again and shifted out: to copy
// these few and read them back at once would make the processor wait for its own writes.
Marks marks_of_last(std::string_view line, std::size_t size, bool quotes) {
  if (line.size() < kStep) {
    char bytes[kStep] = {};
    std::memcpy(bytes, line.data() + line.size() - size, size);
    return marks_of(bytes, quotes);
  }
  const Marks all = marks_of(line.data() + line.size() - kStep, quotes);
  return {all.marks >> (kStep - size), all.words >> (kStep - size)};
}

}  // namespace

bool is_word(char c) {
  const auto letter = static_cast<std::uint8_t>(c | 0x20);
  const auto byte = static_cast<std::uint8_t>(c);
  return (byte >= '0' && byte <= '9') || (letter >= 'a' && letter <= 'z') || byte > 0x7F;
}

void LineMarks::read(std::string_view line, bool quotes) {
  size_ = line.size();
  count_ = size_ / 64 + 1;
  if (marks_.size() < count_) {
    marks_.resize(count_);
    words_.resize(count_);
  }
  for (std::size_t i = 0; i < count_; ++i) {
    const std::string_view rest = line.substr(i * 64, 64);
    Marks all;
    std::size_t at = 0;
    const auto add = [&](Marks marks) {
      all.marks |= marks.marks << at;
      all.words |= marks.words << at;
    };
    for (; at + kStep <= rest.size(); at += kStep) add(marks_of(rest.data() + at, quotes));
    if (at < rest.size()) add(marks_of_last(line, rest.size() - at, quotes));
    marks_[i] = all.marks;
    words_[i] = all.words;
  }
}

std::size_t LineMarks::far_word_begin(std::size_t at) const {
  for (std::size_t word = (at - 1) / 64; word-- > 0;)
    if (const std::uint64_t others = ~words_[word]; others != 0)
      return (word + 1) * 64 - static_cast<std::size_t>(std::countl_zero(others));
  return 0;
}

}  // namespace oc::stores::columns
