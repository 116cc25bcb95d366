// Which numbers may hold a piece of text, told by arithmetic: far quicker than writing them all out.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>

#include "stores/logs/columns/column.h"

namespace oc::stores::columns {

// Lets all numbers through that hold the piece, wherever a point stands among their digits and whatever zeros stand in
// front of them, and few others.
class NumberSieve {
 public:
  // `piece`: digits and points. `most_digits`: that one of the numbers has.
  NumberSieve(std::string_view piece, Place place, unsigned most_digits);
  // False: it would let most numbers through, as the piece is too short, or zeros.
  bool holds_back() const { return test_ != Test::kNone; }

  // Where it holds back: calls visit(i) for each number that is let through.
  template <typename Visit>
  void for_each(std::span<const std::uint64_t> numbers, Visit visit) const {
    switch (test_) {
      case Test::kNone:
        return;
      case Test::kEnd:
        return for_each_with([&](std::uint64_t number) { return ends_with_piece(number); }, numbers, visit);
      case Test::kPairs:
        return for_each_with([&](std::uint64_t number) { return has_group<100, 4>(number); }, numbers, visit);
      case Test::kTriples:
        return for_each_with([&](std::uint64_t number) { return has_group<1000, 3>(number); }, numbers, visit);
    }
  }

 private:
  enum class Test : std::uint8_t { kNone, kEnd, kPairs, kTriples };
  void look_at_end(std::string_view digits);
  void look_inside(std::string_view digits, unsigned most_digits);

  template <typename Passes, typename Visit>
  static void for_each_with(Passes passes, std::span<const std::uint64_t> numbers, Visit visit) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (passes(numbers[i])) visit(i);
  }
  // A multiple of 10^n times the inverse of 5^n is as many times 2^n: turned right by n bits it is small, and nothing
  // else is.
  bool ends_with_piece(std::uint64_t number) const {
    return std::rotr((number - end_) * inverse_, static_cast<int>(end_digits_)) <= most_multiples_;
  }
  // Some groups at a time, as numbers of 32 bits are divided in less time.
  template <std::uint32_t Group, unsigned GroupsAtOnce>
  bool has_group(std::uint64_t number) const {
    constexpr std::uint64_t kAtOnce = GroupsAtOnce == 3 ? Group * Group * Group : Group * Group * Group * Group;
    unsigned char found = 0;
    for (unsigned left = rounds_; left > 0; --left, number /= kAtOnce) {
      auto groups = static_cast<std::uint32_t>(left == 1 ? number : number % kAtOnce);
      for (unsigned i = 0; i < GroupsAtOnce; ++i, groups /= Group) found |= may_be_[groups % Group];
    }
    return found != 0;
  }

  Test test_ = Test::kNone;
  // The number less the piece's is a multiple of a power of ten.
  std::uint64_t end_ = 0, inverse_ = 0, most_multiples_ = 0;
  unsigned end_digits_ = 0;
  // Some two or three digits of the number, counted from its end, are all digits of the piece, wherever it stands.
  unsigned rounds_ = 0;  // that the longest number takes
  std::array<unsigned char, 1000> may_be_{};
};

}  // namespace oc::stores::columns
