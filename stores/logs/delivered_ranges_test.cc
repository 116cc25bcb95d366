// Which bytes of delivered files are held.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/logs/log_store_test.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

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

}  // namespace
}  // namespace oc::stores
