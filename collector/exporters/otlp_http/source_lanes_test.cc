#include "collector/exporters/otlp_http/source_lanes.h"

#include <gtest/gtest.h>

#include "collector/collector_harness.h"

namespace oc::collector {
namespace {

LogBatchPtr batch_of(const std::string& source, std::uint64_t start,
                     std::shared_ptr<const BatchGroup> group = nullptr) {
  auto stream = std::make_shared<LogStream>();
  stream->source_id = source;
  auto batch = std::make_shared<LogBatch>();
  batch->stream = stream;
  batch->range = {start, start + 1};
  batch->listener = std::make_shared<Nobody>();
  batch->group = std::move(group);
  return batch;
}

std::string order(const std::vector<LogBatchPtr>& batches) {
  std::string text;
  for (const auto& batch : batches) text += fmt::format("{}{} ", batch->stream->source_id, batch->range.start);
  return text;
}

TEST(SourceLanes, SourcesTakeTurnsAndEachStaysInOrder) {
  SourceLanes lanes;
  for (std::uint64_t i = 0; i < 4; ++i) lanes.push(batch_of("noisy", i));
  lanes.push(batch_of("quiet", 0));
  EXPECT_EQ(lanes.size(), 5u);
  EXPECT_EQ(order({lanes.pop(), lanes.pop()}), "noisy0 quiet0 ");
  lanes.push(batch_of("quiet", 1));
  EXPECT_EQ(order(lanes.take_all()), "noisy1 quiet1 noisy2 noisy3 ");
  EXPECT_TRUE(lanes.empty());
  EXPECT_EQ(lanes.size(), 0u);
}

TEST(SourceLanes, AGroupGoesAsAWholeAlsoWhereAnotherCameBetween) {
  SourceLanes lanes;
  const auto first = std::make_shared<BatchGroup>(), second = std::make_shared<BatchGroup>();
  lanes.push(batch_of("a", 0, first));
  lanes.push(batch_of("a", 1, second));
  lanes.push(batch_of("b", 0, first));
  lanes.push(batch_of("c", 0));
  EXPECT_EQ(order(lanes.take_all()), "a0 b0 a1 c0 ");
}

}  // namespace
}  // namespace oc::collector
