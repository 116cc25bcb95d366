#include "stores/logs/log_store.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const query::Labels kApp = {{"service_name", "app"}};
const query::Labels kWeb = {{"env", "prod"}, {"service_name", "web"}};

class LogStoreTest : public ::testing::Test {
 protected:
  LogStoreTest() { open(); }

  void open() {
    store.reset();
    auto opened = LogStore::open(options(), metrics, files, clock);
    ASSERT_TRUE(opened) << opened.error().text();
    store = std::move(*opened);
  }
  LogStoreOptions options() const {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    options.block_bytes = 256;  // so that few rows make several blocks
    options.retention_time = std::chrono::hours(1);
    return options;
  }
  AppendResult append(std::vector<TestRow> rows, std::vector<contracts::DeliveredFile> delivered = {}) {
    auto appended = store->append(TestBatch(std::move(rows), std::move(delivered)).batch());
    EXPECT_TRUE(appended) << appended.error().text();
    return appended.value_or(AppendResult{});
  }
  std::uint64_t counter(const std::string& name) { return metrics.counter(name, "")->value(); }

  SimulatedFileSystem files;
  ManualClock clock{1'000'000'000'000'000};
  MetricRegistry metrics;
  std::unique_ptr<LogStore> store;
};

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
  EXPECT_EQ((*streams)[0].labels, kWeb);
  EXPECT_EQ((*streams)[1].labels, kApp);
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

TEST_F(LogStoreTest, RowsWhoseBytesAreHeldAreDroppedAndCounted) {
  const contracts::DeliveredFile first{"s", "f", {{0, 20}}};
  append({{kApp, 1, "a", {}, 0}, {kApp, 2, "b", {}, 10}}, {first});
  const auto again = append({{kApp, 2, "b", {}, 10}, {kApp, 3, "c", {}, 20}}, {{"s", "f", {{10, 30}}}});
  EXPECT_EQ(again.stored, 1u);
  EXPECT_EQ(again.duplicates, 1u);
  EXPECT_THAT(lines(scan(*store)), UnorderedElementsAre("a", "b", "c"));
  EXPECT_EQ(counter("onecollector_store_duplicate_records_dropped_total"), 1u);
}

TEST_F(LogStoreTest, WatermarksTellWhatIsHeldAlsoAfterSealsAndRestarts) {
  append({{kApp, 1, "a", {}, 0}}, {{"s", "f", {{0, 10}}}});
  ASSERT_TRUE(store->seal());
  append({{kApp, 1, "b", {}, 10}}, {{"s", "f", {{10, 20}}}});
  append({}, {{"other", "g", {{5, 9}}}});  // read, and left out on purpose
  open();
  const std::vector<std::string> asked = {"s"};
  const auto marks = store->watermarks("default", asked);
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_THAT(marks[0].held.ranges(), ElementsAre(contracts::ByteRange{0, 20}));
  EXPECT_EQ(marks[0].records, 2u);
  EXPECT_EQ(store->watermarks("default", {}).size(), 2u);
  EXPECT_THAT(store->watermarks("another tenant", {}), IsEmpty());
  EXPECT_EQ(append({{kApp, 1, "b", {}, 10}}, {{"s", "f", {{10, 20}}}}).duplicates, 1u);
}

TEST_F(LogStoreTest, ARecordThatWasLeftOutBeforeIsTakenWhenItComes) {
  append({{kApp, 1, "a", {}, 0}}, {{"s", "f", {{0, 10}}, {{10, 30}}}});
  EXPECT_THAT(store->watermarks("default", {})[0].left_out.ranges(), ElementsAre(contracts::ByteRange{10, 30}));
  const auto again = append({{kApp, 1, "a", {}, 0}, {kApp, 2, "b", {}, 10}}, {{"s", "f", {{0, 20}}, {{20, 30}}}});
  EXPECT_EQ(again.stored, 1u);
  EXPECT_EQ(again.duplicates, 1u);
  EXPECT_THAT(lines(scan(*store)), UnorderedElementsAre("a", "b"));
  const auto mark = store->watermarks("default", {})[0];
  EXPECT_THAT(mark.held.ranges(), ElementsAre(contracts::ByteRange{0, 20}));
  EXPECT_THAT(mark.left_out.ranges(), ElementsAre(contracts::ByteRange{20, 30}));
}

TEST_F(LogStoreTest, WhatIsHeldStaysHeldThoughItIsLeftOutLater) {
  append({{kApp, 1, "a", {}, 0}}, {{"s", "f", {{0, 10}}}});
  append({}, {{"s", "f", {}, {{0, 20}}}});
  const auto mark = store->watermarks("default", {})[0];
  EXPECT_THAT(mark.held.ranges(), ElementsAre(contracts::ByteRange{0, 10}));
  EXPECT_THAT(mark.left_out.ranges(), ElementsAre(contracts::ByteRange{10, 20}));
  EXPECT_EQ(append({{kApp, 1, "a", {}, 0}}, {{"s", "f", {{0, 10}}}}).duplicates, 1u);
}

TEST_F(LogStoreTest, WhatWasLeftOutIsRememberedInTheWalAndInTheManifest) {
  append({}, {{"s", "f", {}, {{0, 10}, {20, 30}}}, {"s", "g", {{0, 5}}, {{5, 6}}}});
  const auto left_out = [&](std::size_t file) { return store->watermarks("default", {})[file].left_out.ranges(); };
  open();
  EXPECT_THAT(left_out(0), ElementsAre(contracts::ByteRange{0, 10}, contracts::ByteRange{20, 30}));
  ASSERT_TRUE(store->seal());
  open();
  EXPECT_THAT(left_out(0), ElementsAre(contracts::ByteRange{0, 10}, contracts::ByteRange{20, 30}));
  EXPECT_THAT(left_out(1), ElementsAre(contracts::ByteRange{5, 6}));
}

TEST_F(LogStoreTest, ConcurrentRequestsAboutOneFileStoreEachRecordOnce) {
  std::vector<std::jthread> senders;
  for (int sender = 0; sender < 8; ++sender)
    senders.emplace_back([&] {
      for (std::uint64_t at = 0; at < 50; ++at)
        append({{kApp, 1, std::to_string(at), {}, at}}, {{"s", "f", {{at, at + 1}}}});
    });
  senders.clear();
  EXPECT_EQ(scan(*store).size(), 50u);
  EXPECT_EQ(store->watermarks("default", {})[0].records, 50u);
}

TEST_F(LogStoreTest, FilesUntouchedFor30DaysAreForgotten) {
  append({}, {{"s", "old", {{0, 1}}}});
  clock.advance(std::chrono::hours(24 * 29));
  append({}, {{"s", "new", {{0, 1}}}});
  clock.advance(std::chrono::hours(24 * 2));
  ASSERT_TRUE(store->maintain());
  const auto marks = store->watermarks("default", {});
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks[0].file_id, "new");
}

TEST_F(LogStoreTest, MergedPartsHoldTheSameRowsInFewerFiles) {
  for (Nanos time = 1; time <= 20; ++time) {
    append({{kApp, clock.wall_ns() - time, "app", {{"n", std::to_string(time)}}}, {kWeb, clock.wall_ns(), "web"}});
    ASSERT_TRUE(store->seal());
  }
  const auto before = sorted_rows(*store);
  const std::size_t files_before = files.paths_starting_with("/store/part-").size();
  ASSERT_TRUE(store->maintain());
  EXPECT_EQ(sorted_rows(*store), before);
  EXPECT_LT(files.paths_starting_with("/store/part-").size(), files_before);
  open();
  EXPECT_EQ(sorted_rows(*store), before);
}

TEST_F(LogStoreTest, RetentionDeletesPartsWhoseNewestRowIsTooOld) {
  append({{kApp, clock.wall_ns(), "old"}});
  ASSERT_TRUE(store->seal());
  clock.advance(std::chrono::minutes(61));
  append({{kApp, clock.wall_ns(), "new"}});
  ASSERT_TRUE(store->seal());
  ASSERT_TRUE(store->maintain());
  EXPECT_THAT(lines(scan(*store)), ElementsAre("new"));
  EXPECT_EQ(files.paths_starting_with("/store/part-").size(), 1u);
}

TEST_F(LogStoreTest, RetentionKeepsAllPartsWithinATenthOfTheDisk) {
  for (int i = 0; i < 3; ++i) {
    append({{kApp, clock.wall_ns() + i, std::string(1, static_cast<char>('a' + i))}});
    ASSERT_TRUE(store->seal());
  }
  const std::size_t one_part = files.content(files.paths_starting_with("/store/part-")[0]).size();
  files.set_space({one_part * 25, one_part * 20});
  ASSERT_TRUE(store->maintain());
  EXPECT_THAT(lines(scan(*store)), ElementsAre("c", "b"));
}

TEST_F(LogStoreTest, RemovedRowsAreGoneFromHeadAndPartsAndStayGone) {
  append({{kApp, 1, "keep"}, {kApp, 2, "secret"}, {kWeb, 3, "secret"}});
  ASSERT_TRUE(store->seal());
  append({{kWeb, 4, "secret"}, {kWeb, 5, "keep"}});
  const RowRemoval removal{
      .concerns = [](const query::Stream& stream, Nanos, Nanos) { return stream.labels == kWeb; },
      .removes = [](const query::Stream& stream,
                    const query::Row& row) { return stream.labels == kWeb && row.line == "secret"; }};
  EXPECT_EQ(store->remove_rows(removal).value(), 2);
  const auto left =
      UnorderedElementsAre(TestRow{kApp, 1, "keep"}, TestRow{kApp, 2, "secret"}, TestRow{kWeb, 5, "keep"});
  EXPECT_THAT(scan(*store), left);
  EXPECT_EQ(store->remove_rows(removal).value(), 0);
  open();
  EXPECT_THAT(scan(*store), left);
}

TEST_F(LogStoreTest, APartOfWhichNothingIsLeftIsDeleted) {
  append({{kApp, 1, "a"}, {kApp, 2, "b"}});
  const RowRemoval everything{.concerns = [](const query::Stream&, Nanos, Nanos) { return true; },
                              .removes = [](const query::Stream&, const query::Row&) { return true; }};
  EXPECT_EQ(store->remove_rows(everything).value(), 2);
  EXPECT_THAT(scan(*store), IsEmpty());
  const auto names = files.list("/store");
  EXPECT_TRUE(std::ranges::none_of(*names, [](const std::string& name) { return name.starts_with("part-"); }));
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
