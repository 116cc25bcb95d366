#include "collector/extensions/file_storage/file_storage.h"

#include <atomic>
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
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

TEST_F(FileStorageTest, IsolatesEveryDamagedByte) {
  {
    auto storage = open();
    for (const char* key : {"first", "second", "third"}) put(*storage, key, "value");
  }
  const auto whole = content();
  const std::size_t header = whole.find('\n') + 1;
  for (std::size_t i = header; i < whole.size(); ++i) {
    auto damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x5A);
    const auto scan = scan_key_values(damaged);
    ASSERT_TRUE(scan);
    EXPECT_EQ(scan->values.size(), 2u) << "byte " << i << ": exactly the record hit is lost";
  }
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
