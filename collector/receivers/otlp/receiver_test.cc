#include "collector/receivers/otlp/receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/client.h"
#include "collector/collector_harness.h"
#include "collector/exporters/file/otlp_json.h"
#include "collector/pipeline/pipeline.h"
#include "collector/processors/filter/filter.h"

namespace oc::collector {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Pipelines that keep what comes until the test settles it.
struct Pipelines final : LogConsumer {
  std::mutex mutex;
  std::vector<LogBatchPtr> came;
  std::atomic<bool> takes = true, settles_pushed = false;
  bool ready() override { return takes; }
  void consume(LogBatchPtr batch) override {
    std::lock_guard lock(mutex);
    came.push_back(std::move(batch));
  }
  bool settles_pushed_data() const override { return settles_pushed; }
  std::size_t count() {
    std::lock_guard lock(mutex);
    return came.size();
  }
};

class OtlpReceiverTest : public ::testing::Test {
 protected:
  OtlpReceiverTest() { config_.endpoint.port = 0; }
  void start() {
    receiver_.emplace(ComponentId{"otlp", ""}, std::make_shared<OtlpReceiverConfig>(config_), host_);
    const auto started = receiver_->start({.consumer = pipelines_, .storage = nullptr, .watermarks = {}});
    ASSERT_TRUE(started) << started.error().text();
  }
  http::Response post(std::string body, http::Headers headers = {}) {
    const auto url = fmt::format("http://127.0.0.1:{}/v1/logs", receiver_->port());
    auto answer = http::Client().post(url, std::move(body), "application/json", std::move(headers));
    EXPECT_TRUE(answer) << answer.error().text();
    return *answer;
  }

  OtlpReceiverConfig config_;
  MetricRegistry metrics_;
  SharedServices shared_;
  const Host host_{metrics_, system_clock(), shared_};
  const std::shared_ptr<Pipelines> pipelines_ = std::make_shared<Pipelines>();
  std::optional<OtlpReceiver> receiver_;
};

constexpr const char* kOneRecord =
    R"({"resourceLogs":[{"resource":{"attributes":[{"key":"r","value":{"intValue":"7"}}],)"
    R"("droppedAttributesCount":2},"scopeLogs":[{"scope":{"name":"lib","version":"1"},)"
    R"("logRecords":[{"body":{"stringValue":"hello"},"flags":1,"eventName":"e",)"
    R"("traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13"}],)"
    R"("schemaUrl":"s"}],"schemaUrl":"u"}]})";

TEST_F(OtlpReceiverTest, EverythingARequestSaysComesThrough) {
  start();
  EXPECT_EQ(post(kOneRecord).status, 200);
  ASSERT_EQ(pipelines_->count(), 1u);
  EXPECT_EQ(otlp_json(*pipelines_->came[0]),
            R"({"resourceLogs":[{"resource":{"attributes":[{"key":"r","value":{"intValue":"7"}}],)"
            R"("droppedAttributesCount":2},"scopeLogs":[{"scope":{"name":"lib","version":"1"},)"
            R"("logRecords":[{"body":{"stringValue":"hello"},"flags":1,"traceId":"5b8aa5a2d2c872e8321cf37308d69df2",)"
            R"("spanId":"051581bf3cb55c13","eventName":"e"}],"schemaUrl":"s"}],"schemaUrl":"u"}]})");
}

TEST_F(OtlpReceiverTest, WhatThePipelinesDoNotTakeIsToBeSentAgain) {
  start();
  pipelines_->takes = false;
  const auto answer = post(kOneRecord);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.get("Retry-After"), "1");
  EXPECT_THAT(answer.body, HasSubstr("\"code\":14"));
}

TEST_F(OtlpReceiverTest, AQueueOnDiskIsWaitedForBeforeTheAnswer) {
  start();
  pipelines_->settles_pushed = true;
  std::atomic<bool> answered = false;
  std::jthread client([&] {
    EXPECT_EQ(post(kOneRecord).status, 200);
    answered = true;
  });
  ASSERT_TRUE(eventually([&] { return pipelines_->count() == 1; }));
  EXPECT_FALSE(answered);
  pipelines_->came[0]->settle();
  EXPECT_TRUE(eventually([&] { return answered.load(); }));
}

TEST_F(OtlpReceiverTest, WhatAnExporterGivesBackGoesTheWayThereIsNow) {
  start();
  EXPECT_EQ(post(kOneRecord).status, 200);
  const auto next = std::make_shared<Pipelines>();
  receiver_->set_consumer(next);
  LogBatch::give_back(pipelines_->came[0]);
  EXPECT_EQ(next->count(), 1u);
}

TEST_F(OtlpReceiverTest, ASuccessorOnTheSameAddressTakesThePortOver) {
  start();
  const auto port = receiver_->port();
  OtlpReceiver successor({"otlp", ""}, std::make_shared<OtlpReceiverConfig>(config_), host_);
  ASSERT_TRUE(successor.start({.consumer = pipelines_, .storage = nullptr, .watermarks = {}}));
  receiver_->stop();
  EXPECT_EQ(successor.port(), port);
  const auto url = fmt::format("http://127.0.0.1:{}/v1/logs", port);
  const auto answer = http::Client().post(url, kOneRecord, "application/json");
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 200);
}

TEST_F(OtlpReceiverTest, AProcessorThatFailsIsToldToWhoPushed) {
  start();
  const auto filter = filter_factory().parse(
      {"filter", ""},
      *parse_config_text("{error_mode: propagate, logs: {log_record: ['ParseJSON(body)[\"x\"] == 1']}}", "f"));
  ASSERT_TRUE(filter) << filter.error().text();
  const auto processor = filter_factory().make({"filter", ""}, *filter, host_);
  receiver_->set_consumer(std::make_shared<Pipeline>(std::vector{processor}, std::vector<std::shared_ptr<Exporter>>{}));
  EXPECT_EQ(post(kOneRecord).status, 503);
}

TEST_F(OtlpReceiverTest, MalformedRequestsNameThePlaceAndLeaveNothing) {
  start();
  const auto answer = post(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{"traceId":"abc"}]}]}]})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("resource_logs[0].scope_logs[0].log_records[1].trace_id"));
  EXPECT_EQ(pipelines_->count(), 0u);
}

TEST(OtlpReceiverConfig, ProtocolsThatAreNotThereAreRefusedByName) {
  const auto refused = [](const std::string& yaml) {
    const auto parsed = parse_otlp_receiver_config({"otlp", ""}, *parse_config_text(yaml, "f"));
    return parsed ? "accepted" : parsed.error().text();
  };
  EXPECT_EQ(refused("{protocols: {http: }}"), "accepted");
  EXPECT_THAT(refused("{}"), HasSubstr("'protocols' must name"));
  EXPECT_THAT(refused("{protocols: {grpc: , http: }}"), StartsWith("f:1:"));
  EXPECT_THAT(refused("{protocols: {grpc: , http: }}"), HasSubstr("'grpc' is not supported yet"));
  EXPECT_THAT(refused("{protocols: {htpp: {}}}"), HasSubstr("did you mean 'http'?"));
  EXPECT_THAT(refused("{protocols: {http: {tls: {}}}}"), HasSubstr("'tls' is not supported yet"));
}

}  // namespace
}  // namespace oc::collector
