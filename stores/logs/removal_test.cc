// Merges, retention and deletes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/logs/log_store_test.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

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

}  // namespace
}  // namespace oc::stores
