#include "query/logql/windows.h"

#include <gtest/gtest.h>

#include "query/logql/sliding_window.h"
#include "query/logql/window_cells.h"

namespace oc::query {
namespace {

std::vector<double> sums(const Steps& steps, Nanos range_ns, const std::vector<Nanos>& times) {
  Windows windows(steps, range_ns, 0);
  std::vector<SumCell> panes(windows.panes());
  for (const auto time : times) {
    if (const auto pane = windows.pane_of(time); pane != Windows::kNone) panes[pane].add({time, 0, 1});
  }
  std::vector<double> result(steps.count);
  slide(std::span<const SumCell>(panes), windows, [&](std::size_t i, const SumCell& cell) { result[i] = cell.sum; });
  return result;
}

std::vector<double> sums_by_hand(const Steps& steps, Nanos range_ns, const std::vector<Nanos>& times) {
  std::vector<double> result(steps.count);
  for (std::size_t i = 0; i < steps.count; ++i) {
    result[i] = static_cast<double>(
        std::ranges::count_if(times, [&](Nanos time) { return time > steps.at(i) - range_ns && time <= steps.at(i); }));
  }
  return result;
}

TEST(Windows, EachHoldsWhatLiesBehindItsStartUpToItsEnd) {
  std::vector<Nanos> times;
  for (Nanos time = 0; time < 200; time += 3) times.push_back(time);
  for (const Nanos step : {1, 7, 10}) {
    for (const Nanos range : {1, 4, 7, 10, 13, 20, 35, 1'000}) {
      const Steps steps{20, step, 12};
      EXPECT_EQ(sums(steps, range, times), sums_by_hand(steps, range, times)) << step << " " << range;
    }
  }
}

TEST(Windows, ALongRangeOverFewStepsHasFewPanes) {
  EXPECT_LE(Windows({1'000'000, 1, 3}, 1'000'000, 0).panes(), 5U);
  EXPECT_EQ(Windows({1'000'000, 1, 1}, 1'000'000, 0).panes(), 1U);
}

TEST(Windows, TimesBetweenWindowsBelongToNone) {
  Windows windows({100, 50, 2}, 10, 0);
  EXPECT_EQ(windows.pane_of(90), Windows::kNone);
  EXPECT_NE(windows.pane_of(91), Windows::kNone);
  EXPECT_NE(windows.pane_of(100), Windows::kNone);
  EXPECT_EQ(windows.pane_of(101), Windows::kNone);
  EXPECT_EQ(windows.pane_of(151), Windows::kNone);
}

template <typename Cell>
Cell merged(const std::vector<double>& left, const std::vector<double>& right) {
  Cell a;
  Cell b;
  Nanos time = 0;
  for (const auto value : left) a.add({++time, 0, value});
  for (const auto value : right) b.add({++time, 0, value});
  a.merge(b);
  return a;
}

TEST(WindowCells, MergeToWhatOneCellWouldHold) {
  const auto moments = merged<MomentsCell>({1, 2, 4}, {8, 16});
  EXPECT_EQ(moments.count, 5U);
  EXPECT_DOUBLE_EQ(moments.mean, 6.2);
  EXPECT_DOUBLE_EQ(moments.variance(), 29.76);
  EXPECT_EQ(merged<ExtremeCell<true>>({1, std::nan("")}, {3, 2}).value, 3);
  EXPECT_EQ(merged<ExtremeCell<false>>({std::nan("")}, {3, 2}).value, 2);
  EXPECT_EQ(merged<EdgeCell<false>>({5, 6}, {7}).edge.value, 5);
  EXPECT_EQ(merged<EdgeCell<true>>({5, 6}, {7}).edge.value, 7);
}

TEST(WindowCells, EdgesGoByTimeThenArrivalWhateverComesFirst) {
  EdgeCell<true> last;
  last.add({9, 2, 20});
  last.add({9, 1, 10});
  last.add({3, 7, 70});
  EXPECT_EQ(last.edge.value, 20);
  EdgeCell<false> first;
  first.add({9, 2, 20});
  first.add({3, 7, 70});
  first.add({3, 6, 60});
  EXPECT_EQ(first.edge.value, 60);
}

}  // namespace
}  // namespace oc::query
