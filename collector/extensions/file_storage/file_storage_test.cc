#include "collector/extensions/file_storage/file_storage.h"

#include <algorithm>
#include <atomic>
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
#include "base/full_disk.h"
#include "base/ids.h"

namespace oc::collector {
namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

class FileStorageTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<FileStorage> open() {
    FileStorageConfig config;
    config.directory = folder_;
    auto storage = std::make_unique<FileStorage>(config);
    const auto started = storage->start();
    EXPECT_TRUE(started) << started.error().text();
    return storage;
  }
  void put(FileStorage& storage, const std::string& key, std::optional<std::string> value) {
    storage.write({{key, std::move(value)}}, {});
    ASSERT_TRUE(storage.flush(std::chrono::seconds(10)));
  }
  std::string content() { return *read_file(file_); }

  const std::string folder_ = std::filesystem::temp_directory_path() / ("file_storage_test." + random_hex(8));
  const std::string file_ = folder_ + "/storage.ockv";
};

TEST_F(FileStorageTest, KeepsTheLastValueOfEachKeyOverARestart) {
  {
    auto storage = open();
    put(*storage, "a/1", "old");
    put(*storage, "a/1", "new");
    put(*storage, "a/2", "erased");
    put(*storage, "a/2", std::nullopt);
    put(*storage, "b/1", std::string("\0binary", 7));
  }
  auto storage = open();
  EXPECT_EQ(storage->read("a/"), (Values{{"a/1", "new"}}));
  EXPECT_EQ(storage->read("b/"), (Values{{"b/1", std::string("\0binary", 7)}}));
}

TEST_F(FileStorageTest, SaysDurableOnlyWhenTheBytesAreInTheFile) {
  auto storage = open();
  std::atomic<bool> found_in_file = false;
  storage->write({{"key", "value"}}, [&] { found_in_file = content().find("value") != std::string::npos; });
  ASSERT_TRUE(storage->flush(std::chrono::seconds(10)));
  EXPECT_TRUE(found_in_file);
}

TEST_F(FileStorageTest, CutsATornTailAndGoesOnAppending) {
  {
    put(*open(), "kept", "1");
  }
  const auto whole = content();
  {
    put(*open(), "torn", "2");
  }
  for (auto size = whole.size() + 1; size < content().size(); size += 7) {
    ASSERT_TRUE(write_file_atomic(file_, content().substr(0, size)));
    {
      auto storage = open();
      EXPECT_EQ(storage->read(""), (Values{{"kept", "1"}})) << "cut at " << size;
      put(*storage, "torn", "2");
    }
    EXPECT_EQ(open()->read("").size(), 2u);
  }
}

// All eight bits of every byte: what is left was written so, and what is missing is told.
TEST_F(FileStorageTest, IsolatesEveryDamagedBit) {
  const Values written = {{"first", "value 1"}, {"second", "value 2"}, {"third", "value 3"}};
  {
    auto storage = open();
    for (const auto& [key, value] : written) put(*storage, key, value);
  }
  const auto whole = content();
  const std::size_t first = whole.find("OCKV");
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    auto damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto scan = scan_key_values(damaged);
    ASSERT_TRUE(scan) << "bit " << bit;
    ASSERT_EQ(scan->values.size(), bit / 8 < first ? 3u : 2u) << "bit " << bit << ": exactly the record hit is lost";
    for (const auto& entry : scan->values)
      ASSERT_NE(std::ranges::find(written, Values::value_type(entry)), written.end());
    ASSERT_TRUE(scan->damaged_bytes > 0 || scan->valid_end < damaged.size()) << "bit " << bit << " goes unseen";
  }
}

// An older value may come back, one that never was may not.
TEST_F(FileStorageTest, OfAKeyThatWasWrittenOftenADamagedBitLeavesSomeValueItHad) {
  {
    auto storage = open();
    for (const char* value : {"1", "2", "3"}) put(*storage, "offset", value);
    put(*storage, "erased", "x");
    put(*storage, "erased", std::nullopt);
  }
  const auto whole = content();
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    auto damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto scan = scan_key_values(damaged);
    ASSERT_TRUE(scan) << "bit " << bit;
    const auto& offset = scan->values.at("offset");
    ASSERT_TRUE(offset == "3" || offset == "2") << "bit " << bit;
    ASSERT_TRUE(scan->damaged_bytes > 0 || scan->valid_end < damaged.size()) << "bit " << bit << " goes unseen";
  }
}

TEST_F(FileStorageTest, StartsWithADamagedHeaderAndMendsIt) {
  {
    put(*open(), "kept", "1");
  }
  auto damaged = content();
  damaged[3] = static_cast<char>(damaged[3] ^ 1);
  ASSERT_TRUE(write_file_atomic(file_, damaged));
  {
    auto storage = open();
    EXPECT_EQ(storage->read(""), (Values{{"kept", "1"}}));
    put(*storage, "new", "2");
  }
  EXPECT_TRUE(content().starts_with("ONECOLLECTOR-KV 1\n"));
  EXPECT_EQ(open()->read("").size(), 2u);
}

TEST_F(FileStorageTest, LeavesNoHalfWrittenReplacementBehind) {
  ASSERT_TRUE(write_file_atomic(file_ + ".tmp", "a rewrite that a kill ended"));
  put(*open(), "key", "value");
  EXPECT_FALSE(std::filesystem::exists(file_ + ".tmp"));
}

TEST_F(FileStorageTest, RefusesAFileThatIsNotItsOwn) {
  ASSERT_TRUE(write_file_atomic(file_, "something else entirely"));
  FileStorageConfig config;
  config.directory = folder_;
  FileStorage storage(config);
  const auto started = storage.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("ONECOLLECTOR-KV"), std::string::npos);
}

TEST_F(FileStorageTest, RefusesADirectoryThatAnotherStorageHolds) {
  auto storage = open();
  FileStorageConfig config;
  config.directory = folder_;
  const auto started = FileStorage(config).start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find(std::to_string(::getpid())), std::string::npos);
}

TEST_F(FileStorageTest, KeepsWhatWasWrittenBetweenAStopAndAnotherStart) {
  auto storage = open();
  put(*storage, "first", "1");
  storage->stop();
  std::atomic<bool> durable = false;
  storage->write({{"second", "2"}}, [&] { durable = true; });
  ASSERT_TRUE(storage->start());
  ASSERT_TRUE(storage->flush(std::chrono::seconds(10)));
  EXPECT_TRUE(durable);
  EXPECT_EQ(storage->read("").size(), 2u);
  storage.reset();
  EXPECT_EQ(open()->read("").size(), 2u);
}

TEST_F(FileStorageTest, OnAFullDiskItStartsWaitsAndGoesOnByItself) {
  std::atomic<bool> durable = false;
  MetricRegistry metrics;
  FileStorageConfig config;
  config.directory = folder_;
  FileStorage storage(config, &metrics);
  {
    const FullDisk full(0);
    ASSERT_TRUE(storage.start());
    for (int i = 0; i < 100; ++i) storage.write({{"offset", std::to_string(i)}}, {});
    storage.write({{"queued", "1"}}, [&] { durable = true; });
    EXPECT_FALSE(storage.flush(std::chrono::milliseconds(100)));
    EXPECT_FALSE(durable);
    EXPECT_FALSE(storage.takes_writes());
    EXPECT_EQ(storage.read("offset")[0].second, "99") << "readers see it all the same";
    const auto told = metrics.prometheus_text();
    const auto labels = "{directory=\"" + folder_ + "\"} ";
    EXPECT_TRUE(told.contains("onecollector_file_storage_waiting_writes" + labels + "2\n")) << told;
    EXPECT_FALSE(told.contains("onecollector_file_storage_failed_writes_total" + labels + "0\n")) << told;
  }
  ASSERT_TRUE(storage.flush(std::chrono::seconds(30)));
  EXPECT_TRUE(durable);
  EXPECT_TRUE(storage.takes_writes());
  storage.stop();
  EXPECT_EQ(open()->read(""), (Values{{"offset", "99"}, {"queued", "1"}}));
}

TEST_F(FileStorageTest, WhatWaitsForRoomSurvivesAStopAndAnotherStart) {
  auto storage = open();
  put(*storage, "first", "1");
  std::atomic<bool> durable = false;
  {
    const FullDisk full(0);
    storage->write({{"second", "2"}}, [&] { durable = true; });
    storage->stop();
  }
  ASSERT_TRUE(storage->start());
  ASSERT_TRUE(storage->flush(std::chrono::seconds(30)));
  EXPECT_TRUE(durable);
  EXPECT_EQ(storage->read(""), (Values{{"first", "1"}, {"second", "2"}}));
}

TEST_F(FileStorageTest, ADiskThatItsOwnDeadRecordsFillIsMadeFree) {
  auto storage = open();
  for (int i = 0; i < 8; ++i) put(*storage, "key", std::string(64 << 10, 'x'));
  const FullDisk full(std::filesystem::file_size(file_));
  put(*storage, "key", "the last");
  storage.reset();
  EXPECT_LT(std::filesystem::file_size(file_), 1'000u);
  EXPECT_EQ(open()->read(""), (Values{{"key", "the last"}}));
}

TEST_F(FileStorageTest, AStartThatFailsLeavesTheDirectoryFree) {
  ASSERT_TRUE(write_file_atomic(file_, "something else entirely"));
  FileStorageConfig config;
  config.directory = folder_;
  FileStorage failed(config);
  ASSERT_FALSE(failed.start());
  std::filesystem::remove(file_);
  EXPECT_TRUE(open()->read("").empty());
}

TEST_F(FileStorageTest, StaysSmallUnderManyRewritesOfTheSameKeys) {
  {
    auto storage = open();
    for (int i = 0; i < 200; ++i) put(*storage, "key", std::string(64 << 10, static_cast<char>('a' + i % 26)));
  }
  EXPECT_LT(std::filesystem::file_size(file_), 2u << 20);
  EXPECT_EQ(open()->read("")[0].second[0], static_cast<char>('a' + 199 % 26));
}

}  // namespace
}  // namespace oc::collector
