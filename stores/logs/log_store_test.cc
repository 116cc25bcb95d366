// What is appended and how it is found.
#include "stores/logs/log_store_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::stores {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST_F(LogStoreTest, ARowIsFoundWithLabelsTimeLineAndMetadataOnceAcknowledged) {
  const TestRow row{kApp, 42, "hello", {{"host_name", "h"}, {"trace_id", "abc"}}};
  append({row});
  EXPECT_THAT(scan(*store), ElementsAre(row));
}

TEST_F(LogStoreTest, RowsAreTheSameFromTheHeadFromAPartAndAfterReopening) {
  const std::vector<TestRow> rows = {{kApp, 3, "c"}, {kApp, 1, "a", {{"k", "v"}}}, {kWeb, 2, "b"}};
  append(rows);
  const auto from_head = sorted_rows(*store);
  EXPECT_THAT(from_head, UnorderedElementsAre(rows[0], rows[1], rows[2]));
  ASSERT_TRUE(store->seal());
  EXPECT_EQ(sorted_rows(*store), from_head);
  open();
  EXPECT_EQ(sorted_rows(*store), from_head);
}

TEST_F(LogStoreTest, IdenticalRowsAreAllKept) {
  append({{kApp, 1, "same"}, {kApp, 1, "same"}});
  append({{kApp, 1, "same"}});
  ASSERT_TRUE(store->seal());
  EXPECT_EQ(scan(*store).size(), 3u);
}

TEST_F(LogStoreTest, RowsOfAStreamComeInTheDirectionOfTheRequest) {
  append({{kApp, 2, "b"}, {kApp, 3, "c"}, {kApp, 1, "a"}});
  auto request = everything();
  EXPECT_THAT(lines(scan(*store, request)), ElementsAre("c", "b", "a"));
  request.direction = query::Direction::kForward;
  EXPECT_THAT(lines(scan(*store, request)), ElementsAre("a", "b", "c"));
}

TEST_F(LogStoreTest, OrderOfArrivalBreaksTiesOfTime) {
  for (const char* line : {"1", "2", "3"}) append({{kApp, 7, line}});
  ASSERT_TRUE(store->seal());
  append({{kApp, 7, "4"}});
  auto request = everything();
  request.direction = query::Direction::kForward;
  ASSERT_TRUE(store->seal());
  EXPECT_THAT(lines(scan(*store, request)), UnorderedElementsAre("1", "2", "3", "4"));
}

TEST_F(LogStoreTest, TheStartOfTheRangeIsInsideItsEndIsNot) {
  append({{kApp, 1, "a"}, {kApp, 2, "b"}, {kApp, 3, "c"}});
  auto request = everything();
  request.start_ns = 1;
  request.end_ns = 3;
  EXPECT_THAT(lines(scan(*store, request)), UnorderedElementsAre("a", "b"));
}

TEST_F(LogStoreTest, MatchersAndLineFiltersNarrowTheRows) {
  append({{kApp, 1, "an error"}, {kApp, 2, "fine"}, {kWeb, 3, "an error"}});
  auto request = everything();
  request.matchers = {{"service_name", query::Matcher::Type::kEqual, "app"}};
  request.line_filters = {{query::LineFilter::Type::kContains, {"error"}}};
  EXPECT_THAT(scan(*store, request), ElementsAre(TestRow{kApp, 1, "an error"}));
}

TEST_F(LogStoreTest, ASinkThatHasEnoughEndsTheScanAndOldBlocksAreNotRead) {
  for (Nanos time = 1; time <= 50; ++time) append({{kApp, time, std::string(100, 'x')}});
  ASSERT_TRUE(store->seal());
  CollectingSink sink;
  sink.enough = 1;
  ASSERT_TRUE(store->scan(everything(), sink));
  EXPECT_EQ(sink.asked, 1);
  CollectingSink only_newest;
  only_newest.wanted_from_ns = 50;
  ASSERT_TRUE(store->scan(everything(), only_newest));
  EXPECT_LT(only_newest.collected.size(), 10u);
  EXPECT_EQ(only_newest.collected.front().time_ns, 50);
}

TEST_F(LogStoreTest, AScanBeyondItsLimitOfBytesIsRefusedForGood) {
  append({{kApp, 1, "0123456789"}});
  auto request = everything();
  request.max_bytes = 9;
  CollectingSink sink;
  const Status scanned = store->scan(request, sink);
  ASSERT_FALSE(scanned);
  EXPECT_FALSE(scanned.error().retryable());
}

TEST_F(LogStoreTest, ACancelledScanEndsWithARetryableError) {
  append({{kApp, 1, "a"}});
  std::stop_source stop;
  stop.request_stop();
  auto request = everything();
  request.interruption.cancelled = stop.get_token();
  CollectingSink sink;
  const Status scanned = store->scan(request, sink);
  ASSERT_FALSE(scanned);
  EXPECT_TRUE(scanned.error().retryable());
}

TEST_F(LogStoreTest, StreamsAreListedSortedIfTheyHaveRowsInTheRange) {
  append({{kWeb, 10, "w"}, {kApp, 10, "a"}});
  ASSERT_TRUE(store->seal());
  append({{{{"service_name", "late"}}, 99, "l"}});
  const auto streams = store->streams({}, 0, 50);
  ASSERT_TRUE(streams);
  ASSERT_EQ(streams->size(), 2u);
  EXPECT_EQ((*streams)[0]->labels, kWeb);
  EXPECT_EQ((*streams)[1]->labels, kApp);
}

TEST_F(LogStoreTest, ATailSeesMatchingRowsInOrderUntilItEnds) {
  std::vector<std::string> seen;
  auto tail = store->tail({{"service_name", query::Matcher::Type::kEqual, "app"}},
                          {{query::LineFilter::Type::kContains, {"x"}}},
                          [&](const query::Stream&, const query::Row& row) { seen.emplace_back(row.line); });
  ASSERT_NE(tail, nullptr);
  append({{kApp, 2, "x2"}, {kApp, 1, "x1"}, {kApp, 3, "y"}, {kWeb, 4, "x4"}});
  EXPECT_THAT(seen, ElementsAre("x2", "x1"));
  tail.reset();
  append({{kApp, 5, "x5"}});
  EXPECT_EQ(seen.size(), 2u);
}

class WholeBlocks final : public query::RowSink {
 public:
  bool takes_whole(const query::Stream&, Nanos first_ns, Nanos, std::uint64_t rows, std::uint64_t) override {
    whole += first_ns > 1 ? rows : 0;
    return first_ns > 1;
  }
  bool rows(const query::Stream&, std::span<const query::Row> rows) override {
    read += rows.size();
    return true;
  }
  std::uint64_t whole = 0, read = 0;
};

TEST_F(LogStoreTest, AReaderMayTakeABlockWithoutItsRows) {
  append({{kApp, 1, "a"}});
  append({{kApp, 10, "b"}, {kApp, 20, "c"}});
  const auto count = [&](query::ScanRequest request) {
    WholeBlocks sink;
    EXPECT_TRUE(store->scan(request, sink));
    return std::pair(sink.whole, sink.read);
  };
  query::ScanRequest request;
  request.end_ns = 100;
  EXPECT_EQ(count(request), std::pair(std::uint64_t{2}, std::uint64_t{1}));
  request.end_ns = 20;  // cuts the block
  EXPECT_EQ(count(request), std::pair(std::uint64_t{0}, std::uint64_t{2}));
  request.end_ns = 100;
  request.line_filters = {{query::LineFilter::Type::kContains, {"b"}}};
  EXPECT_EQ(count(request), std::pair(std::uint64_t{0}, std::uint64_t{1}));
}

}  // namespace
}  // namespace oc::stores
