#include "contracts/delivery/ranges.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace oc::contracts {
namespace {

RangeSet set_of(const std::vector<ByteRange>& ranges) {
  RangeSet set;
  for (const auto& range : ranges) set.add(range);
  return set;
}

// What the set must behave like: every single byte, in a space small enough that ranges meet all the time.
constexpr std::uint64_t kSpace = 48;
std::set<std::uint64_t> bytes_of(const std::vector<ByteRange>& ranges) {
  std::set<std::uint64_t> bytes;
  for (const auto& range : ranges) {
    for (auto at = range.start; at < range.end; ++at) bytes.insert(at);
  }
  return bytes;
}
std::vector<ByteRange> any_ranges() {
  const auto offset = rc::gen::inRange<std::uint64_t>(0, kSpace);
  const auto pairs =
      *rc::gen::container<std::vector<std::pair<std::uint64_t, std::uint64_t>>>(rc::gen::pair(offset, offset));
  std::vector<ByteRange> ranges;
  for (const auto& [start, end] : pairs) ranges.push_back({start, end});
  return ranges;
}

TEST(RangeSet, AFileReadInOrderIsOneRange) {
  EXPECT_EQ(set_of({{0, 10}, {10, 25}, {25, 26}}).ranges(), (std::vector<ByteRange>{{0, 26}}));
}

TEST(RangeSet, ARangeSwallowsAllThatItTouches) {
  EXPECT_EQ(set_of({{0, 2}, {4, 6}, {8, 10}, {12, 14}, {4, 12}}).ranges(), (std::vector<ByteRange>{{0, 2}, {4, 14}}));
}

TEST(RangeSet, EmptyAndInvertedRangesChangeNothing) { EXPECT_TRUE(set_of({{5, 5}, {9, 3}}).ranges().empty()); }

TEST(RangeSet, HoldsTheWholeSpaceOf64Bits) {
  const auto set = set_of({{0, UINT64_MAX}});
  EXPECT_TRUE(set.covers({UINT64_MAX - 1, UINT64_MAX}));
  EXPECT_EQ(set.bytes(), UINT64_MAX);
}

TEST(RangeSet, ReadingGoesOnAtTheFirstMissingByte) {
  const auto set = set_of({{10, 20}, {30, 40}});
  EXPECT_EQ(set.first_missing(0), 0u);
  EXPECT_EQ(set.first_missing(10), 20u);
  EXPECT_EQ(set.first_missing(19), 20u);
  EXPECT_EQ(set.first_missing(20), 20u);
  EXPECT_EQ(set.first_missing(35), 40u);
}

RC_GTEST_PROP(RangeSetProperty, HoldsExactlyTheBytesAdded, ()) {
  const auto added = any_ranges();
  const auto set = set_of(added);
  const auto bytes = bytes_of(added);
  RC_ASSERT(set.bytes() == bytes.size());
  for (std::uint64_t at = 0; at <= kSpace; ++at) RC_ASSERT(set.contains(at) == bytes.contains(at));
}

RC_GTEST_PROP(RangeSetProperty, StaysSortedAndNeverTouching, ()) {
  const auto set = set_of(any_ranges());
  const auto& ranges = set.ranges();
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    RC_ASSERT(ranges[i].start < ranges[i].end);
    if (i > 0) RC_ASSERT(ranges[i - 1].end < ranges[i].start);
  }
}

RC_GTEST_PROP(RangeSetProperty, TheOrderOfAddingDoesNotMatter, ()) {
  auto added = any_ranges();
  const auto forward = set_of(added);
  std::ranges::reverse(added);
  RC_ASSERT(set_of(added) == forward);
}

RC_GTEST_PROP(RangeSetProperty, SetsAreAddedRemovedAndCutAsTheirBytesAre, ()) {
  const auto one = any_ranges(), other = any_ranges();
  RangeSet sum = set_of(one), difference = set_of(one), one_by_one = set_of(one);
  sum.add(set_of(other));
  difference.remove(set_of(other));
  for (const auto& range : other) one_by_one.remove(range);
  const auto start = *rc::gen::inRange<std::uint64_t>(0, kSpace), end = *rc::gen::inRange<std::uint64_t>(0, kSpace);
  const auto cut = set_of(one).within({start, end});
  const auto ones = bytes_of(one), others = bytes_of(other);
  for (std::uint64_t at = 0; at <= kSpace; ++at) {
    RC_ASSERT(sum.contains(at) == (ones.contains(at) || others.contains(at)));
    RC_ASSERT(difference.contains(at) == (ones.contains(at) && !others.contains(at)));
    RC_ASSERT(cut.contains(at) == (ones.contains(at) && at >= start && at < end));
  }
  RC_ASSERT(one_by_one == difference);
  auto both = one;
  both.insert(both.end(), other.begin(), other.end());
  RC_ASSERT(sum == set_of(both));
}

RC_GTEST_PROP(RangeSetProperty, CoversAndFirstMissingAgreeWithTheBytes, ()) {
  const auto added = any_ranges();
  const auto set = set_of(added);
  const auto bytes = bytes_of(added);
  const auto start = *rc::gen::inRange<std::uint64_t>(0, kSpace);
  const auto end = *rc::gen::inRange<std::uint64_t>(start, kSpace + 1);
  auto missing = start;
  while (bytes.contains(missing)) ++missing;
  RC_ASSERT(set.first_missing(start) == missing);
  RC_ASSERT(set.covers({start, end}) == (missing >= end));
}

}  // namespace
}  // namespace oc::contracts
