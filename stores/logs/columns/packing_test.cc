// Packed numbers come out as they went in, from any of them on, in about as many bits as their range has.
#include "stores/logs/columns/packing.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "stores/logs/columns/integers.h"

namespace oc::stores::columns {
namespace {

using Numbers = std::vector<std::uint64_t>;

// Both ends of the range among them.
Numbers numbers_up_to(std::uint64_t most, std::uint64_t base) {
  std::mt19937_64 random(most);
  Numbers numbers = {base, base + most};
  while (numbers.size() < 1'001) numbers.push_back(base + (most == UINT64_MAX ? random() : random() % (most + 1)));
  return numbers;
}

TEST(Packing, GivesBackNumbersOfAnyRange) {
  Numbers ranges = {1, 2, 4, 9, 31, 99, 255, 256, 1'999, 2'999, 99'999, 999'999, (1ull << 57) - 1, 1ull << 57, ~0ull};
  for (unsigned bits = 1; bits < 64; ++bits) ranges.insert(ranges.end(), {(1ull << bits) - 1, (1ull << bits) + 1});
  for (const std::uint64_t most : ranges) {
    const std::uint64_t base = most == ~0ull ? 0 : 12'345;
    const Numbers numbers = numbers_up_to(most, base);
    const Packing packing = Packing::of(most);
    ASSERT_TRUE(packing.valid() && packing.most() >= most) << most;
    const std::string packed = packing.pack(numbers, base);
    ASSERT_EQ(packed.size(), packing.bytes(numbers.size()));
    const Packing read(packing.in_group(), packing.group_bits());
    for (const std::size_t first : {0u, 1u, 2u, 7u, 500u, 1'000u}) {
      Numbers some(numbers.size() - first);
      read.unpack(packed, first, base, some);
      EXPECT_TRUE(std::ranges::equal(some, std::span(numbers).subspan(first))) << most << " from " << first;
      EXPECT_EQ(read.sum(packed, first, numbers.size()) + base * some.size(),
                std::accumulate(some.begin(), some.end(), std::uint64_t{0}));
    }
  }
}

TEST(Packing, TakesHardlyMoreThanTheRangeHas) {
  for (const std::uint64_t range : {2, 3, 5, 10, 1'000, 3'000, 100'000, 1'000'000, 1 << 26}) {
    const double bits = 8.0 * static_cast<double>(Packing::of(range - 1).bytes(80'000)) / 80'000;
    EXPECT_LT(bits, std::log2(static_cast<double>(range)) + 0.13) << range;
  }
}

TEST(Packing, KnowsWhatNobodyPacked) {
  for (const auto& [in_group, bits] : std::vector<std::pair<unsigned, unsigned>>{
           {0, 8}, {9, 57}, {1, 0}, {1, 58}, {1, 65}, {2, 64}, {8, 1}, {~0u, ~0u}})
    EXPECT_FALSE(Packing(in_group, bits).valid()) << in_group << " in " << bits;
}

// The bytes of a block's directory that say what its numbers are.
Result<Numbers> read_integers(std::string directory, std::size_t count) {
  StretchReader in(std::move(directory), [](std::uint64_t, std::uint64_t) { return std::string(); }, 1 << 20);
  const Integers integers = Integers::read(in, count);
  return in.directory().ok() ? integers.load(in) : permanent("the directory ends too soon");
}

TEST(Packing, IsReadFromABlockOrRefused) {
  constexpr char kPacked = 9 << 1, kBase = 2 << 1;
  EXPECT_EQ(*read_integers({kPacked, kBase, 1, 4, 0x21, 0x43}, 4), (Numbers{3, 4, 5, 6}));
  EXPECT_EQ(*read_integers({kPacked | 1, kBase, 20, 1, 4, 0x21, 0x43}, 5), (Numbers{10, 13, 17, 22, 28}));
  EXPECT_FALSE(read_integers({kPacked, kBase, 9, 57, 0x21, 0x43}, 4));
  EXPECT_FALSE(read_integers({kPacked, kBase, 1, 4, 0x21}, 4)) << "a byte is missing";
  EXPECT_FALSE(read_integers({kPacked | 1, kBase, 20, 1, 4}, 0)) << "differences of nothing";
}

}  // namespace
}  // namespace oc::stores::columns
