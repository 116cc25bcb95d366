// Some of the values of a column, by position.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace oc::stores::columns {

class RowSet {
 public:
  explicit RowSet(std::size_t size, bool full = false) : words_((size + 63) / 64, full ? ~0ull : 0), size_(size) {
    if (full && size % 64 != 0) words_.back() = (1ull << size % 64) - 1;
  }
  std::size_t size() const { return size_; }
  void add(std::size_t i) { words_[i / 64] |= 1ull << i % 64; }
  void remove(std::size_t i) { words_[i / 64] &= ~(1ull << i % 64); }
  bool contains(std::size_t i) const { return (words_[i / 64] >> i % 64 & 1) != 0; }
  void keep(const RowSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  }
  void remove(const RowSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
  }
  void add(const RowSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  std::size_t count() const {
    std::size_t count = 0;
    for (const std::uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
    return count;
  }
  bool empty() const { return count() == 0; }
  // Adds what the other has of [begin, end).
  void add(const RowSet& other, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
      if (other.contains(i)) add(i);
  }
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1)
        visit(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
  }
  // Calls visit(rank, i) for each that `other`, of the same size, has too; rank: how many of these come before it.
  template <typename Visit>
  void for_each_common(const RowSet& other, Visit visit) const {
    std::size_t before = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i] & other.words_[i]; word != 0; word &= word - 1) {
        const std::uint64_t lower = (word & -word) - 1;
        visit(before + static_cast<std::size_t>(std::popcount(words_[i] & lower)),
              i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
      }
      before += static_cast<std::size_t>(std::popcount(words_[i]));
    }
  }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_;
};

}  // namespace oc::stores::columns
