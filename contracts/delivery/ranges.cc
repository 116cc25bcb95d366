#include "contracts/delivery/ranges.h"

#include <algorithm>
#include <iterator>

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

// A merge: sets of very many ranges would take a quadratic time one by one.
void RangeSet::add(const RangeSet& other) {
  std::vector<ByteRange> all;
  all.reserve(ranges_.size() + other.ranges_.size());
  std::ranges::merge(ranges_, other.ranges_, std::back_inserter(all), {}, &ByteRange::start, &ByteRange::start);
  ranges_.clear();
  for (const auto& range : all) {
    if (!ranges_.empty() && range.start <= ranges_.back().end)
      ranges_.back().end = std::max(ranges_.back().end, range.end);
    else
      ranges_.push_back(range);
  }
}

void RangeSet::remove(ByteRange range) {
  if (range.start >= range.end) return;
  const auto first = std::ranges::upper_bound(ranges_, range.start, {}, &ByteRange::end);
  const auto last = std::ranges::lower_bound(ranges_, range.end, {}, &ByteRange::start);
  if (first >= last) return;
  const ByteRange before{first->start, range.start}, after_it{range.end, (last - 1)->end};
  auto at = ranges_.erase(first, last);
  if (after_it.start < after_it.end) at = ranges_.insert(at, after_it);
  if (before.start < before.end) ranges_.insert(at, before);
}

void RangeSet::remove(const RangeSet& other) {
  std::vector<ByteRange> left;
  auto hole = other.ranges_.begin();
  for (ByteRange range : ranges_) {
    while (hole != other.ranges_.end() && hole->end <= range.start) ++hole;
    for (auto at = hole; at != other.ranges_.end() && at->start < range.end; ++at) {
      if (range.start < at->start) left.push_back({range.start, at->start});
      range.start = at->end;
    }
    if (range.start < range.end) left.push_back(range);
  }
  ranges_ = std::move(left);
}

RangeSet RangeSet::within(ByteRange window) const {
  RangeSet cut;
  auto at = std::ranges::upper_bound(ranges_, window.start, {}, &ByteRange::end);
  for (; at != ranges_.end() && at->start < window.end; ++at)
    cut.ranges_.push_back({std::max(at->start, window.start), std::min(at->end, window.end)});
  return cut;
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
