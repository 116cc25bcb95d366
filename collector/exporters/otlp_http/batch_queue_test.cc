#include "collector/exporters/otlp_http/batch_queue.h"

#include <gtest/gtest.h>

#include "collector/collector_harness.h"

namespace oc::collector {
namespace {

LogBatchPtr batch_of(std::size_t records) {
  auto batch = std::make_shared<LogBatch>();
  batch->stream = std::make_shared<LogStream>();
  for (std::size_t i = 0; i < records; ++i) batch->records.push_back({"x", i});
  batch->range = {0, records};
  batch->listener = std::make_shared<Nobody>();
  return batch;
}

std::size_t records_of(const std::vector<LogBatchPtr>& batches) {
  std::size_t count = 0;
  for (const auto& batch : batches) count += batch->records.size();
  return count;
}

TEST(BatchQueue, ARequestWaitsForItsMinimumAndHasNoMoreThanItsMaximum) {
  BatchQueue queue({}, {.min_records = 10, .flush_timeout = std::chrono::hours(1), .max_records = 10});
  queue.push(batch_of(4));
  std::atomic<std::size_t> taken = 0;
  std::jthread sender([&](const std::stop_token& stopping) { taken = records_of(queue.take(stopping)); });
  queue.push(batch_of(25));
  EXPECT_TRUE(eventually([&] { return taken > 0; }));
  EXPECT_LE(taken, 10u);
}

TEST(BatchQueue, ARequestBelowItsMinimumGoesAfterTheTimeout) {
  BatchQueue queue({}, {.min_records = 10, .flush_timeout = std::chrono::milliseconds(20)});
  queue.push(batch_of(4));
  EXPECT_EQ(records_of(queue.take({})), 4u);
}

TEST(BatchQueue, IsFullByEachOfItsLimits) {
  BatchQueue by_batches({.batches = 2}), by_records({.records = 10}), by_bytes({.bytes = 100});
  for (auto* queue : {&by_batches, &by_records, &by_bytes}) EXPECT_TRUE(queue->has_room());
  for (int i = 0; i < 2; ++i)
    for (auto* queue : {&by_batches, &by_records, &by_bytes}) queue->push(batch_of(5));
  for (auto* queue : {&by_batches, &by_records, &by_bytes}) EXPECT_FALSE(queue->has_room());
}

}  // namespace
}  // namespace oc::collector
