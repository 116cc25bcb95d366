#include "contracts/delivery/ranges.h"

#include <algorithm>

namespace oc::contracts {

namespace {

// The first range that starts after `offset`; the one before it is the only one that can hold `offset`.
template <typename Ranges>
auto after(Ranges& ranges, std::uint64_t offset) {
  return std::ranges::upper_bound(ranges, offset, {}, &ByteRange::start);
}

}  // namespace

void RangeSet::add(ByteRange range) {
  if (range.start >= range.end) return;
  // Every range that overlaps or touches the new one is swallowed: the set stays disjoint and never touching.
  const auto first = std::ranges::lower_bound(ranges_, range.start, {}, &ByteRange::end);
  const auto last = after(ranges_, range.end);
  if (first == last) {
    ranges_.insert(first, range);
    return;
  }
  first->start = std::min(first->start, range.start);
  first->end = std::max((last - 1)->end, range.end);
  ranges_.erase(first + 1, last);
}

bool RangeSet::contains(std::uint64_t offset) const {
  const auto next = after(ranges_, offset);
  return next != ranges_.begin() && offset < (next - 1)->end;
}

bool RangeSet::covers(ByteRange range) const {
  if (range.start >= range.end) return true;
  const auto next = after(ranges_, range.start);
  return next != ranges_.begin() && range.end <= (next - 1)->end;
}

std::uint64_t RangeSet::bytes() const {
  std::uint64_t total = 0;
  for (const auto& range : ranges_) total += range.end - range.start;
  return total;
}

std::uint64_t RangeSet::first_missing(std::uint64_t from) const {
  const auto next = after(ranges_, from);
  if (next == ranges_.begin()) return from;
  return std::max(from, (next - 1)->end);
}

}  // namespace oc::contracts
