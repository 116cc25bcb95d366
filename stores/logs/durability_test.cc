// What is left after crashes, full disks and damage.
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/logs/log_store.h"
#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const query::Labels kDurableApp = {{"service_name", "app"}};

class DurabilityTest : public ::testing::Test {
 protected:
  DurabilityTest() { open(); }

  void open() {
    store.reset();
    auto opened = LogStore::open(options(), metrics, files, clock);
    ASSERT_TRUE(opened) << opened.error().text();
    store = std::move(*opened);
  }
  static LogStoreOptions options() {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    options.block_bytes = 256;
    return options;
  }
  // The power fails; the process comes up again.
  void crash() {
    lose_power();
    open();
  }
  void lose_power() {
    files.power_off();
    store.reset();
    files.crash(random);
  }
  Result<AppendResult> append(const std::string& line) {
    return store->append(TestBatch({{kDurableApp, 1, line}}).batch());
  }
  std::filesystem::path newest(const std::string& prefix) {
    return files.paths_starting_with("/store/" + prefix).back();
  }
  std::uint64_t counter(const std::string& name) { return metrics.counter(name, "")->value(); }

  std::mt19937 random{7};
  SimulatedFileSystem files;
  ManualClock clock{1'000'000'000};
  MetricRegistry metrics;
  std::unique_ptr<LogStore> store;
};

TEST_F(DurabilityTest, AcknowledgedRowsSurviveACrash) {
  ASSERT_TRUE(append("a"));
  crash();
  ASSERT_TRUE(append("b"));
  ASSERT_TRUE(store->seal());
  crash();
  EXPECT_THAT(lines(scan(*store)), UnorderedElementsAre("a", "b"));
}

TEST_F(DurabilityTest, AFullDiskRefusesTheAppendAndItGoesOnWhenThereIsRoom) {
  ASSERT_TRUE(append("a"));
  files.fill_disk_after(30);  // in the middle of a frame
  const auto refused = append("b");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().retryable());
  EXPECT_THAT(lines(scan(*store)), ElementsAre("a"));
  files.empty_disk();
  ASSERT_TRUE(append("c"));
  EXPECT_THAT(lines(scan(*store)), UnorderedElementsAre("a", "c"));
  crash();
  EXPECT_THAT(lines(scan(*store)), UnorderedElementsAre("a", "c"));
}

TEST_F(DurabilityTest, AFailedSyncIsAFailedAppendAndItsRetryIsStoredOnce) {
  files.fail_syncs(true);
  ASSERT_FALSE(append("a"));
  EXPECT_THAT(scan(*store), IsEmpty());
  files.fail_syncs(false);
  ASSERT_TRUE(append("a"));
  crash();
  EXPECT_THAT(lines(scan(*store)), ElementsAre("a"));
}

TEST_F(DurabilityTest, NothingIsWrittenBehindATailThatCouldNotBeRepaired) {
  files.fail_syncs(true);
  files.fail_truncates(true);
  ASSERT_FALSE(append("a"));
  files.fail_syncs(false);
  ASSERT_FALSE(append("b"));
  files.fail_truncates(false);
  ASSERT_TRUE(append("c"));
  crash();
  EXPECT_THAT(lines(scan(*store)), ElementsAre("c"));
}

TEST_F(DurabilityTest, IngestionStopsWhileLessThan5PercentOfTheDiskAreFree) {
  files.set_space({1000, 49});
  const auto refused = append("a");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().retryable());
  EXPECT_THAT(refused.error().message, HasSubstr("nearly full"));
  files.set_space({1000, 50});
  clock.advance(std::chrono::seconds(2));
  EXPECT_TRUE(append("a"));
}

TEST_F(DurabilityTest, AFullDiskWhileSealingKeepsTheRowsAndSealsLater) {
  ASSERT_TRUE(append("a"));
  files.fill_disk_after(60);  // enough for the new WAL's header, not for the part
  ASSERT_FALSE(store->seal());
  EXPECT_THAT(lines(scan(*store)), ElementsAre("a"));
  files.empty_disk();
  ASSERT_TRUE(append("b"));
  ASSERT_TRUE(store->seal());
  EXPECT_THAT(lines(scan(*store)), UnorderedElementsAre("a", "b"));
  crash();
  EXPECT_THAT(lines(scan(*store)), UnorderedElementsAre("a", "b"));
}

TEST_F(DurabilityTest, ATornLastFrameIsCutOff) {
  ASSERT_TRUE(append("a"));
  const auto wal = newest("wal-");
  const std::size_t whole = files.content(wal).size();
  ASSERT_TRUE(append("b"));
  lose_power();
  files.content(wal).resize(whole + 20);
  open();
  EXPECT_THAT(lines(scan(*store)), ElementsAre("a"));
  EXPECT_EQ(counter("onecollector_store_damaged_wal_frames_total"), 0u);
}

TEST_F(DurabilityTest, ADamagedFrameInTheMiddleIsLeftOutTheRestIsServed) {
  const auto wal = newest("wal-");
  ASSERT_TRUE(append("a"));
  const std::size_t begin = files.content(wal).size();
  ASSERT_TRUE(append("b"));
  ASSERT_TRUE(append("c"));
  lose_power();
  for (const std::size_t at : {begin + 5, begin + 45}) files.content(wal)[at] ^= 0x20;  // header and record
  open();
  EXPECT_THAT(lines(scan(*store)), UnorderedElementsAre("a", "c"));
  EXPECT_EQ(counter("onecollector_store_damaged_wal_frames_total"), 1u);
}

TEST_F(DurabilityTest, ALineThatLooksLikeAFrameIsNotTakenForOne) {
  ASSERT_TRUE(append("a"));
  const std::string frame_as_text = files.content(newest("wal-"));
  ASSERT_TRUE(append(frame_as_text));
  crash();
  EXPECT_THAT(lines(scan(*store)), UnorderedElementsAre("a", frame_as_text));
}

TEST_F(DurabilityTest, ADamagedBlockIsLeftOutTheRestIsServed) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(append(fmt::format("{:0100}", i)));
  ASSERT_TRUE(store->seal());
  files.content(newest("part-"))[20] ^= 1;
  const auto rows = scan(*store);
  EXPECT_GT(rows.size(), 0u);
  EXPECT_LT(rows.size(), 20u);
  EXPECT_EQ(counter("onecollector_store_damaged_blocks_total"), 1u);
}

TEST_F(DurabilityTest, APartWithADamagedIndexIsLeftOutAndKeptOnDisk) {
  ASSERT_TRUE(append("a"));
  ASSERT_TRUE(store->seal());
  ASSERT_TRUE(append("b"));
  const auto part = newest("part-");
  auto& content = files.content(part);
  content[content.size() - 50] ^= 1;
  open();
  EXPECT_THAT(lines(scan(*store)), ElementsAre("b"));
  EXPECT_TRUE(files.exists(part));
}

TEST_F(DurabilityTest, PartsWithDamagedBlocksAreNotMergedAway) {
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(append(std::to_string(i)));
    ASSERT_TRUE(store->seal());
  }
  files.content(newest("part-"))[20] ^= 1;
  ASSERT_TRUE(store->maintain());
  EXPECT_EQ(files.paths_starting_with("/store/part-").size(), 8u);
  EXPECT_EQ(scan(*store).size(), 7u);
}

TEST_F(DurabilityTest, ADamagedManifestIsAnErrorAndNothingIsDeleted) {
  ASSERT_TRUE(append("a"));
  ASSERT_TRUE(store->seal());
  store.reset();
  const auto part = newest("part-");
  files.content("/store/MANIFEST")[15] ^= 1;
  const auto opened = LogStore::open(options(), metrics, files, clock);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().text(), HasSubstr("MANIFEST"));
  EXPECT_TRUE(files.exists(part));
}

TEST_F(DurabilityTest, AMissingManifestBesidePartsIsAnError) {
  ASSERT_TRUE(append("a"));
  ASSERT_TRUE(store->seal());
  store.reset();
  ASSERT_TRUE(files.remove("/store/MANIFEST"));
  EXPECT_FALSE(LogStore::open(options(), metrics, files, clock));
}

TEST_F(DurabilityTest, LeftoversOfACrashAreRemovedFilesOfOthersAreNot) {
  for (const char* name : {"/store/part-00000000000000ff.tmp", "/store/part-00000000000000fe", "/store/notes.txt"})
    ASSERT_TRUE(files.create(name));
  open();
  EXPECT_FALSE(files.exists("/store/part-00000000000000ff.tmp"));
  EXPECT_FALSE(files.exists("/store/part-00000000000000fe"));
  EXPECT_TRUE(files.exists("/store/notes.txt"));
}

}  // namespace
}  // namespace oc::stores
