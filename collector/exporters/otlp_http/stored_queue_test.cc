#include "collector/exporters/otlp_http/stored_queue.h"

#include <random>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "collector/collector_harness.h"
#include "collector/extensions/file_storage/file_storage.h"
#include "collector/receivers/otlp/request_batches.h"
#include "collector/record/batch_reader.h"
#include "contracts/otlp/fields.h"

namespace oc::collector {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Answered final : DeliveryListener {
  std::atomic<int> settled = 0;
  void on_settled(const LogBatch&, std::uint64_t, std::string_view) override { ++settled; }
  void on_returned(LogBatchPtr) override {}
  void on_trouble(std::string_view) override {}
};

// A process with a storage and a queue in it; its end without stop() is what a kill leaves.
struct Process {
  explicit Process(const std::string& directory, const std::string& exporter = "")
      : storage(std::make_shared<FileStorage>(settings(directory), &metrics)) {
    EXPECT_TRUE(storage->start());
    queue = std::make_shared<StoredQueue>(storage, ComponentId{"otlp_http", exporter}, host, [this](LogBatchPtr batch) {
      std::lock_guard lock(mutex);
      handed_on.push_back(std::move(batch));
    });
  }
  ~Process() {
    handed_on.clear();
    storage->stop();
  }
  static FileStorageConfig settings(const std::string& directory) {
    FileStorageConfig config;
    config.directory = directory;
    return config;
  }
  std::size_t count() {
    std::lock_guard lock(mutex);
    return handed_on.size();
  }
  std::vector<std::string> bodies() {
    std::vector<std::string> all;
    for (const auto& batch : handed_on) {
      Arena arena;
      const BatchReader reader(*batch, arena);
      for (std::size_t i = 0; i < reader.size(); ++i) all.emplace_back(reader.record(i).body().text());
    }
    return all;
  }

  MetricRegistry metrics;
  SharedServices shared;
  const Host host{metrics, system_clock(), shared};
  std::shared_ptr<FileStorage> storage;
  std::mutex mutex;
  std::vector<LogBatchPtr> handed_on;
  std::shared_ptr<StoredQueue> queue;
};

LogBatchPtr pushed(const std::string& body, std::shared_ptr<DeliveryListener> listener) {
  std::string request;
  const std::vector<contracts::otlp::LogRecordView> records = {{body, 0}};
  const contracts::otlp::LogSlice slice{records, 1};
  contracts::otlp::append_resource_logs(request, {.slices = {&slice, 1}});
  auto batches = *batches_of_request(std::move(request), "otlp", {});
  batches[0]->listener = std::move(listener);
  return batches[0];
}

class StoredQueueTest : public ::testing::Test {
 protected:
  void store(Process& process, const std::vector<std::string>& bodies) {
    for (const auto& body : bodies) process.queue->store(pushed(body, answered_));
    ASSERT_TRUE(process.queue->wait_until_stored(std::chrono::seconds(60)));
  }
  // The damage is to the bytes, not to the file: no sync of a folder for each of them.
  static void write_in_place(const std::string& file, const std::string& content) {
    const auto fd = open_file(file, O_WRONLY | O_TRUNC);
    ASSERT_TRUE(fd && write_all(fd->get(), content, file));
  }
  bool counts_lost_bytes(const Process& process) const {
    const auto text = process.metrics.prometheus_text();
    const auto is_zero = [&](const std::string& name) {
      return text.contains("onecollector_file_storage_" + name + "_bytes_total{directory=\"" + directory_ + "\"} 0\n");
    };
    return !is_zero("damaged") || !is_zero("cut");
  }

  const TemporaryDirectory folder_;
  const std::string directory_ = folder_.path() / "storage";
  const std::shared_ptr<Answered> answered_ = std::make_shared<Answered>();
};

TEST_F(StoredQueueTest, AnswersWhenItIsStoredAndErasesWhenTheSinkHasIt) {
  {
    Process process(directory_);
    store(process, {"a", "b"});
    EXPECT_EQ(answered_->settled, 2);
    EXPECT_THAT(process.bodies(), ElementsAre("a", "b"));
    process.handed_on[0]->settle();
  }
  Process next(directory_);
  next.queue->recover();
  EXPECT_THAT(next.bodies(), ElementsAre("b"));
}

TEST_F(StoredQueueTest, LeavesAloneWhatIsInTheQueueOfAnExporterWhoseNameGoesOn) {
  {
    Process other(directory_, "other");
    store(other, {"for the other sink"});
  }
  {
    Process process(directory_);
    process.queue->recover();
    EXPECT_THAT(process.bodies(), IsEmpty());
  }
  Process other(directory_, "other");
  other.queue->recover();
  EXPECT_THAT(other.bodies(), ElementsAre("for the other sink"));
}

TEST_F(StoredQueueTest, OneThatFollowsOnAReloadLeavesAloneWhatAnotherHasInHand) {
  Process process(directory_);
  store(process, {"a"});
  process.queue->recover();
  EXPECT_THAT(process.bodies(), ElementsAre("a"));
  process.handed_on.clear();  // given back: nobody has it in hand
  process.queue->recover();
  EXPECT_THAT(process.bodies(), ElementsAre("a"));
}

// A bit of every byte, the header's included; every bit of every record is file_storage_test's.
TEST_F(StoredQueueTest, ADamagedBitCostsItsOwnEntryAndIsCounted) {
  const std::vector<std::string> bodies = {"first", "second", "third"};
  {
    Process process(directory_);
    store(process, bodies);
  }
  const auto file = directory_ + "/storage.ockv";
  const auto whole = *read_file(file);
  const auto seed = std::random_device{}();
  std::mt19937 dice(seed);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed << ", byte " << at);
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << dice() % 8));
    write_in_place(file, damaged);
    Process process(directory_);
    process.queue->recover();
    const auto left = process.bodies();
    ASSERT_GE(left.size(), bodies.size() - (at < whole.find("OCKV") ? 0 : 1));
    for (const auto& body : left) ASSERT_THAT(bodies, ::testing::Contains(body));
    ASSERT_TRUE(counts_lost_bytes(process));
  }
}

TEST_F(StoredQueueTest, ATruncatedFileGivesTheEntriesThatAreWhole) {
  const std::vector<std::string> bodies = {"first", "second", "third"};
  {
    Process process(directory_);
    store(process, bodies);
  }
  const auto file = directory_ + "/storage.ockv";
  const auto whole = *read_file(file);
  const auto second = whole.find("OCKV", whole.find("OCKV") + 1);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_in_place(file, whole.substr(0, size));
    Process process(directory_);
    process.queue->recover();
    const std::size_t complete = size < second ? 0 : size < whole.rfind("OCKV") ? 1 : 2;
    ASSERT_EQ(process.bodies(), std::vector(bodies.begin(), bodies.begin() + static_cast<std::ptrdiff_t>(complete)))
        << "cut at " << size;
  }
}

TEST_F(StoredQueueTest, WhatCannotBeReadIsLeftOutAndCounted) {
  {
    Process process(directory_);
    process.storage->write({{"queue/otlp_http/00", "\x0a\x05garbage"}}, {});
    ASSERT_TRUE(process.storage->flush(std::chrono::seconds(60)));
  }
  Process next(directory_);
  next.queue->recover();
  EXPECT_THAT(next.bodies(), IsEmpty());
  EXPECT_THAT(next.metrics.prometheus_text(),
              ::testing::HasSubstr("onecollector_exporter_unreadable_entries_total{exporter=\"otlp_http\"} 1"));
}

}  // namespace
}  // namespace oc::collector
