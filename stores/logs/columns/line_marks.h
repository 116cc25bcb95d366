// Which bytes of a line mean something to its splitting, found for sixteen of them at once: a bit a byte.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace oc::stores::columns {

// Letters, digits and the bytes of UTF-8 letters: what a word is made of.
bool is_word(char c);

// Of the line that was read last. Places are at most its size.
class LineMarks {
 public:
  // Marks are digits, with `quotes` also those.
  void read(std::string_view line, bool quotes);
  // The first mark at or behind `at`; the line's size where there is none.
  std::size_t next_mark(std::size_t at) const { return std::min(next(marks_.data(), 0, at), size_); }
  // Where the word that goes on at `at` ends.
  std::size_t word_end(std::size_t at) const { return std::min(next(words_.data(), ~0ull, at), size_); }
  // Where the word that has the byte before `at` begins; `at` where that is none of a word.
  std::size_t word_begin(std::size_t at) const {
    if (at == 0) return 0;
    const std::uint64_t others = ~words_[(at - 1) / 64] << (63 - (at - 1) % 64);
    return others != 0 ? at - static_cast<std::size_t>(std::countl_zero(others)) : far_word_begin(at);
  }

 private:
  std::size_t far_word_begin(std::size_t at) const;  // the word goes on from sixty-four bytes to the next
  // The first bit at or behind `at` that is set when `flip` is applied; any place behind the line where there is none.
  std::size_t next(const std::uint64_t* bits, std::uint64_t flip, std::size_t at) const {
    std::size_t word = at / 64;
    std::uint64_t rest = (bits[word] ^ flip) >> at % 64 << at % 64;
    while (rest == 0 && ++word < count_) rest = bits[word] ^ flip;
    return word * 64 + static_cast<std::size_t>(std::countr_zero(rest));
  }

  std::size_t size_ = 0;
  std::size_t count_ = 0;                     // of the words in use
  std::vector<std::uint64_t> marks_, words_;  // one bit at least behind the line, which is no mark and no word
};

}  // namespace oc::stores::columns
