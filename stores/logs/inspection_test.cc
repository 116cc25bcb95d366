#include "stores/logs/inspection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const query::Labels kSite = {{"app", "web"}}, kDatabase = {{"app", "db"}};

class InspectionTest : public testing::Test {
 protected:
  void SetUp() override {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    options.retention_time = std::chrono::hours(24 * 365 * 100);
    store_ = std::move(LogStore::open(options, metrics_, files_, clock_).value());
    ASSERT_TRUE(store_->append(
        TestBatch({{kSite, 10, "GET /index.html 200"}, {kSite, 20, "GET / 404"}, {kDatabase, 15, "slow query"}})
            .batch()));
    ASSERT_TRUE(store_->seal());
    ASSERT_TRUE(store_->append(TestBatch({{kDatabase, 30, "in the WAL yet"}}).batch()));
  }
  Inspection inspect(Thoroughness thoroughness = Thoroughness::kEveryBlock) {
    return inspect_store(files_, "/store", thoroughness, [](std::size_t, std::size_t) {}).value();
  }
  const InspectedFile& file(const Inspection& found, std::string_view kind) {
    return *std::ranges::find(found.files, kind, &InspectedFile::kind);
  }

  SimulatedFileSystem files_;
  ManualClock clock_{1'000};
  MetricRegistry metrics_;
  std::unique_ptr<LogStore> store_;
};

TEST_F(InspectionTest, TellsStreamsRowsAndTimesWhereverTheyLie) {
  const auto found = inspect();
  EXPECT_EQ(found.problems(), 0u);
  EXPECT_EQ(file(found, "part").bounds.rows, 3u);
  EXPECT_EQ(file(found, "wal").bounds.rows, 1u);
  ASSERT_EQ(found.streams.size(), 2u);
  const auto& db = *std::ranges::find(found.streams, kDatabase, &InspectedStream::labels);
  EXPECT_EQ(db.bounds.rows, 2u);
  EXPECT_EQ(db.bounds.first_ns, 15);
  EXPECT_EQ(db.bounds.last_ns, 30);
}

TEST_F(InspectionTest, AnyFlippedByteOfAPartIsFoundAndNamed) {
  const auto name = std::filesystem::path("/store") / file(inspect(), "part").name;
  const std::string whole = files_.content(name);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    files_.content(name) = damaged;
    EXPECT_GT(inspect().problems(), 0u) << "byte " << at << " of " << whole.size();
  }
  files_.content(name) = whole;
  EXPECT_EQ(inspect().problems(), 0u);
}

TEST_F(InspectionTest, IndexesAloneDoNotReadBlocks) {
  const auto name = std::filesystem::path("/store") / file(inspect(), "part").name;
  std::string damaged = files_.content(name);
  damaged[20] = static_cast<char>(damaged[20] ^ 1);
  files_.content(name) = damaged;
  EXPECT_EQ(inspect(Thoroughness::kIndexes).problems(), 0u);
  EXPECT_THAT(file(inspect(), "part").problems, ElementsAre(HasSubstr("rows at byte 16")));
}

TEST_F(InspectionTest, AFolderWithoutAStoreIsAnErrorThatSaysSo) {
  SimulatedFileSystem empty;
  const auto found = inspect_store(empty, "/store", Thoroughness::kIndexes, [](std::size_t, std::size_t) {});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("holds no log store"));
}

}  // namespace
}  // namespace oc::stores
