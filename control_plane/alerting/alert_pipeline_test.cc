// From an event in the journal to a receiver over real HTTP.
#include "control_plane/alerting/alert_pipeline.h"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/test_server.h"
#include "control_plane/alerting/memory_event_bus.h"

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;

// Keeps what it gets; answers as told.
class Receiver {
 public:
  Receiver() { open(0); }
  ~Receiver() { close(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook?token=t"; }
  void answer(int status) {
    std::lock_guard lock(mutex_);
    status_ = status;
  }
  void close() { server_.reset(); }
  void reopen() { open(port_); }
  // The next that was taken with 2xx; null after 10 s, which only a failure lasts.
  Json next() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return !taken_.empty(); });
    if (taken_.empty()) return nullptr;
    auto first = std::move(taken_.front());
    taken_.pop_front();
    return first;
  }
  bool wait_for_requests(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return requests_ >= count; });
  }
  std::size_t waiting() {
    std::lock_guard lock(mutex_);
    return taken_.size();
  }

 private:
  void open(std::uint16_t port) {
    http::Router router;
    router.post("/hook", [this](const http::Request& request) { return take(request); });
    auto options = http::open_options();
    options.port = port;
    server_ = http::start(std::move(router), options);
    port_ = server_->port();
  }
  http::Response take(const http::Request& request) {
    std::lock_guard lock(mutex_);
    ++requests_;
    if (status_ / 100 == 2) taken_.push_back(*parse_json(request.body));
    changed_.notify_all();
    return http::Response::text("said the receiver", status_);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int status_ = 200, requests_ = 0;
  std::deque<Json> taken_;
  std::uint16_t port_ = 0;
  std::unique_ptr<http::Server> server_;  // last: its handler uses all of the above
};

class AlertPipelineTest : public testing::Test {
 protected:
  AlertPipelineTest() { config_.alerts.webhook_url = receiver_.url(); }
  void start() {
    alerting_.reset();
    AlertingTimes times;
    times.batch.wait = milliseconds(20);
    times.batch.interval = milliseconds(50);
    times.first_pause = times.longest_pause = milliseconds(20);
    alerting_.emplace(AlertPipeline::Parts{bus_, metrics_, system_clock(), times}, config_);
    wait_until([&] { return bus_.known("alerting-webhook"); });
  }
  void publish(const std::string& type, const std::string& subject) {
    ASSERT_TRUE(bus_.publish({{type, subject, {{"reason", "because"}}}}));
  }
  static bool wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(milliseconds(2));
    return condition();
  }

  Receiver receiver_;
  MemoryEventBus bus_;
  MetricRegistry metrics_;
  contracts::Config config_;
  std::optional<Alerting> alerting_;
};

TEST_F(AlertPipelineTest, AnEventReachesTheReceiverAndThatIsToldToo) {
  start();
  publish("source_not_delivered", "s1");
  const auto payload = receiver_.next();
  ASSERT_TRUE(payload.is_object());
  EXPECT_EQ(payload["alerts"][0]["fingerprint"], "source_not_delivered/s1");
  ASSERT_TRUE(wait_until([&] { return bus_.all("alert_sent").size() == 1; }));
  EXPECT_EQ(bus_.all("alert_sent")[0].data["receiver"], "webhook");
}

TEST_F(AlertPipelineTest, WhatIsTheSameIsToldOnceAndItsEndIsTold) {
  start();
  publish("source_not_delivered", "s1");
  publish("source_not_delivered", "s1");
  EXPECT_EQ(receiver_.next()["alerts"].size(), 1u);
  publish("source_not_delivered", "s1");
  publish("source_delivered", "never-told");
  publish("source_delivered", "s1");
  const auto end = receiver_.next();
  EXPECT_EQ(end["status"], "resolved");
  EXPECT_EQ(end["alerts"].size(), 1u);
  EXPECT_EQ(receiver_.waiting(), 0u);
}

TEST_F(AlertPipelineTest, AReceiverThatIsDownIsToldWhenItIsBack) {
  receiver_.close();
  start();
  publish("config_rolled_back", "agent-1");
  ASSERT_TRUE(wait_until([&] { return !bus_.all("alert_failed").empty(); }));
  receiver_.reopen();
  EXPECT_EQ(receiver_.next()["alerts"][0]["labels"]["alertname"], "config_rolled_back");
  EXPECT_EQ(bus_.all("alert_failed").size(), 1u) << "one for the whole time it was down";
}

TEST_F(AlertPipelineTest, WhatItWasNotToldBeforeARestartItIsToldAfterIt) {
  receiver_.answer(503);
  start();
  publish("config_rolled_back", "agent-1");
  ASSERT_TRUE(receiver_.wait_for_requests(2));
  alerting_.reset();
  receiver_.answer(200);
  start();
  EXPECT_EQ(receiver_.next()["alerts"][0]["labels"]["alertname"], "config_rolled_back");
}

TEST_F(AlertPipelineTest, WhatItWasToldBeforeARestartIsNotRepeatedAndItsEndIsTold) {
  start();
  publish("source_not_delivered", "s1");
  ASSERT_TRUE(receiver_.next().is_object());
  ASSERT_TRUE(wait_until([&] { return *bus_.position("alerting-webhook") > 0; }));
  start();
  publish("source_not_delivered", "s1");
  publish("source_delivered", "s1");
  EXPECT_EQ(receiver_.next()["status"], "resolved");
}

TEST_F(AlertPipelineTest, WhatTheReceiverRefusesIsSaidAndHoldsUpNothing) {
  receiver_.answer(400);
  start();
  publish("source_not_delivered", "s1");
  ASSERT_TRUE(wait_until([&] { return !bus_.all("alert_failed").empty(); }));
  EXPECT_EQ(bus_.all("alert_failed")[0].data["reason"], "webhook answered 400: said the receiver");
  receiver_.answer(200);
  publish("config_refused", "agent-1");
  EXPECT_EQ(receiver_.next()["alerts"][0]["labels"]["alertname"], "config_refused");
}

TEST_F(AlertPipelineTest, AReceiverThatIsDownDoesNotHoldUpAnother) {
  config_.alerts.slack_url = "http://127.0.0.1:1/hook";
  start();
  publish("source_not_delivered", "s1");
  EXPECT_TRUE(receiver_.next().is_object());
}

TEST_F(AlertPipelineTest, StopsAtOnceThoughTheReceiverIsDown) {
  receiver_.answer(503);
  start();
  publish("source_not_delivered", "s1");
  ASSERT_TRUE(receiver_.wait_for_requests(1));
  alerting_.reset();  // would hang
}

TEST(AlertSenderTest, AnAlertIsSentToAllAndTheFirstErrorIsSaid) {
  Receiver receiver;
  contracts::Config config;
  Alert alert;
  alert.kind = "test";
  EXPECT_THAT(AlertSender(config).send(alert).error().text(), testing::HasSubstr("alerts.webhook.url"));
  config.alerts.slack_url = receiver.url();
  config.alerts.webhook_url = "http://127.0.0.1:1/secret-token";
  const auto sent = AlertSender(config).send(alert);
  ASSERT_FALSE(sent);
  EXPECT_TRUE(sent.error().retryable());
  EXPECT_THAT(sent.error().text(), testing::Not(testing::HasSubstr("secret-token")));
  EXPECT_TRUE(receiver.next().contains("text"));
}

}  // namespace
}  // namespace oc::control_plane
