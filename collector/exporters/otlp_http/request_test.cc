#include "collector/exporters/otlp_http/request.h"

#include <gtest/gtest.h>

#include "collector/exporters/otlp_http/batch_queue.h"
#include "collector/exporters/otlp_http/retry_backoff.h"

namespace oc::collector {
namespace {

using namespace std::chrono_literals;

LogBatchPtr make_batch(const std::shared_ptr<const LogStream>& stream, std::uint64_t start, int records,
                       std::uint64_t record_bytes = 10) {
  auto batch = std::make_shared<LogBatch>();
  batch->stream = stream;
  for (int i = 0; i < records; ++i)
    batch->records.push_back({"body", start + static_cast<std::uint64_t>(i) * record_bytes});
  batch->range = {start, start + static_cast<std::uint64_t>(records) * record_bytes};
  return batch;
}

std::shared_ptr<const LogStream> make_stream(const std::string& source, const std::string& file) {
  auto stream = std::make_shared<LogStream>();
  stream->source_id = source;
  stream->file_id = file;
  return stream;
}

TEST(Request, HasOneDeliveryEntryForEachFileWithItsRangesJoined) {
  const auto a = make_stream("s1", "f1"), b = make_stream("s2", "f2");
  const RequestParts parts = {BatchPart::whole(make_batch(a, 0, 10)), BatchPart::whole(make_batch(b, 0, 0, 10)),
                              BatchPart::whole(make_batch(a, 100, 5)), BatchPart::whole(make_batch(a, 500, 1))};
  EXPECT_EQ(encode_request(parts, true).delivery, "v1 s1/f1=0-150+500-510, s2/f2=");
  EXPECT_EQ(encode_request(parts, false).delivery, "");
}

TEST(Request, NamesWhatWasLeftOutOfItsPartApart) {
  const auto batch = std::make_shared<LogBatch>();
  batch->stream = make_stream("s", "f");
  batch->records = {{"a", 0}, {"c", 20}};
  batch->range = {0, 40};
  batch->left_out = {{"filter", 2, {{10, 20}, {30, 40}}}};
  const auto whole = BatchPart::whole(batch);
  EXPECT_EQ(encode_request({whole}, true).delivery, "v1 s/f=0-10+20-30!10-20+30-40");
  const auto [left, right] = whole.halves();
  EXPECT_EQ(encode_request({left}, true).delivery, "v1 s/f=0-10!10-20");
  EXPECT_EQ(encode_request({right}, true).delivery, "v1 s/f=20-30!30-40");
  auto refused = right;
  refused.refused = true;
  EXPECT_EQ(encode_request({refused}, true).delivery, "v1 s/f=!20-40");
  EXPECT_EQ(record_count({refused}), 1u);
}

TEST(Request, AHeaderIsSplitWhereALeftOutRecordBegins) {
  const auto batch = std::make_shared<LogBatch>();
  batch->stream = make_stream("s", "f");
  batch->records = {{"a", 0}, {"c", 20}};
  batch->range = {0, 40};
  batch->left_out = {{"filter", 2, {{10, 20}, {30, 40}}}};
  const auto halves = split_header({BatchPart::whole(batch)});
  ASSERT_TRUE(halves);
  EXPECT_EQ(encode_request(halves->first, true).delivery, "v1 s/f=0-10+20-30!10-20");
  EXPECT_EQ(encode_request(halves->second, true).delivery, "v1 s/f=!30-40");
  EXPECT_FALSE(split_header(halves->second)) << "one range cannot be told shorter";
}

TEST(Request, SplitsIntoHalvesThatCoverTheSameRecordsAndBytes) {
  const auto stream = make_stream("s", "f");
  const RequestParts parts = {BatchPart::whole(make_batch(stream, 0, 7))};
  const auto [left, right] = split_request(parts);
  EXPECT_EQ(record_count(left) + record_count(right), 7u);
  EXPECT_EQ(left[0].range, (contracts::ByteRange{0, 30}));
  EXPECT_EQ(right[0].range, (contracts::ByteRange{30, 70}));
  const auto [first, second] = split_request({left[0], right[0]});
  EXPECT_EQ(first.size(), 1u);
  EXPECT_EQ(second[0].range, right[0].range);
}

TEST(Request, CompressesToWhatTheNameSays) {
  const std::string body(100'000, 'a');
  EXPECT_EQ(*compress(body, Compression::kNone), body);
  EXPECT_TRUE(compress(body, Compression::kGzip)->starts_with("\x1F\x8B"));
  EXPECT_TRUE(compress(body, Compression::kZstd)->starts_with("\x28\xB5\x2F\xFD"));
  EXPECT_LT(compress(body, Compression::kGzip)->size(), 1000u);
}

TEST(BatchQueue, SendsAtOnceWhenNobodyIsSendingAndInFullRequestsUnderLoad) {
  BatchQueue queue;
  std::stop_source stop;
  const auto stream = make_stream("s", "f");
  queue.push(make_batch(stream, 0, 1));
  const auto first = queue.take(stop.get_token());
  EXPECT_EQ(first.size(), 1u);
  // A request is under way: what comes now waits for it, or for a full request.
  for (int i = 0; i < 5; ++i) queue.push(make_batch(stream, 10, 1));
  queue.finished(first);
  EXPECT_EQ(queue.take(stop.get_token()).size(), 5u);
  const auto large = make_batch(stream, 100, 1, BatchQueue::kRequestBytes);
  queue.push(large);
  queue.push(large);
  EXPECT_EQ(queue.take(stop.get_token()).size(), 1u) << "full requests go though another is under way";
  stop.request_stop();
  EXPECT_TRUE(queue.take(stop.get_token()).empty());
}

TEST(BatchQueue, HandsBackWhatIsNotFinishedInOrder) {
  BatchQueue queue;
  std::stop_source stop;
  const auto stream = make_stream("s", "f");
  queue.push(make_batch(stream, 0, 1));
  queue.take(stop.get_token());
  queue.push(make_batch(stream, 10, 1));
  EXPECT_FALSE(queue.wait_until_empty(0ms));
  const auto back = queue.take_back();
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0]->range.start, 0u);
  EXPECT_TRUE(queue.wait_until_empty(0ms));
}

TEST(RetryBackoff, GrowsToItsLimitWithJitterAndHonoursTheSink) {
  RetryConfig config{.initial_interval = 100ms,
                     .max_interval = 1s,
                     .max_elapsed_time = 0s,
                     .multiplier = 2,
                     .randomization_factor = 0.5};
  const std::chrono::steady_clock::time_point start{};
  RetryBackoff backoff(config, start, 1);
  Duration expected = 100ms;
  for (int i = 0; i < 10; ++i) {
    const auto wait = backoff.next(start + 24h, 0s);
    ASSERT_TRUE(wait) << "0 means for ever";
    EXPECT_GE(*wait, expected / 2);
    EXPECT_LE(*wait, expected * 3 / 2);
    expected = std::min<Duration>(expected * 2, 1s);
  }
  EXPECT_EQ(backoff.next(start, 60s), 60s);
}

TEST(RetryBackoff, EndsWhenItsTimeIsOver) {
  RetryConfig config{.initial_interval = 1s, .max_elapsed_time = 10s};
  const std::chrono::steady_clock::time_point start{};
  EXPECT_TRUE(RetryBackoff(config, start, 1).next(start + 5s, 0s));
  EXPECT_FALSE(RetryBackoff(config, start, 1).next(start + 10s, 0s));
  config.enabled = false;
  EXPECT_FALSE(RetryBackoff(config, start, 1).next(start, 0s));
}

}  // namespace
}  // namespace oc::collector
