#include "stores/backend.h"

#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/client.h"
#include "base/http/server.h"
#include "base/ids.h"
#include "base/ports.h"

namespace oc::stores {
namespace {

using ::testing::HasSubstr;

// A port that was free a moment ago: the backend takes its port from the config.
std::uint16_t free_port() {
  const auto server = http::Server::listen({}, http::Router());
  return (*server)->port();
}

class BackendTest : public ::testing::Test {
 protected:
  BackendTest() : data_(std::filesystem::temp_directory_path() / ("oc-backend-" + random_hex(8))) {
    config_.listen.logs.port = free_port();
  }
  ~BackendTest() override {
    stop();
    std::filesystem::remove_all(data_.root());
  }
  void start() {
    thread_ = std::jthread([this] { stopped_ = run_backend(config_, data_, signals_); });
    while (!client_.get(url("/ready"))) std::this_thread::yield();
  }
  void stop() {
    if (!thread_.joinable()) return;
    signals_.request_stop();
    thread_.join();
  }
  std::string url(const std::string& path) const { return config_.logs_base_url() + path; }
  int post(const std::string& line) {
    const std::string body =
        R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":")" + line + R"("}}]}]}]})";
    return client_.post(url("/otlp/v1/logs"), body, "application/json")->status;
  }
  std::string query() {
    return client_.get(url("/loki/api/v1/query_range?query=%7Bservice_name%3D~%22.%2B%22%7D"))->body;
  }

  contracts::DataDirectory data_;
  contracts::Config config_;
  SignalWait signals_;
  http::Client client_;
  std::jthread thread_;
  Status stopped_;
};

TEST_F(BackendTest, WhatOtlpBringsLokisApiFindsAlsoAfterARestart) {
  start();
  ASSERT_EQ(post("first line"), 204);
  EXPECT_THAT(query(), HasSubstr("first line"));
  stop();
  EXPECT_TRUE(stopped_) << stopped_.error().text();
  start();
  EXPECT_THAT(query(), HasSubstr("first line"));
}

TEST_F(BackendTest, HealthMetricsAndWatermarksAnswer) {
  start();
  EXPECT_EQ(client_.get(url("/healthz"))->status, 200);
  EXPECT_EQ(client_.get(url("/readyz"))->status, 200);
  EXPECT_THAT(client_.get(url("/metrics"))->body, HasSubstr("onecollector_store_rows_total"));
  EXPECT_THAT(client_.get(url("/onecollector/v1/watermarks"))->body, HasSubstr("watermarks"));
  EXPECT_EQ(client_.post(url("/v1/logs"), "{}", "application/json")->status, 404);
}

TEST_F(BackendTest, ATakenPortIsAnErrorThatNamesIt) {
  const auto other = http::Server::listen({.port = config_.listen.logs.port}, http::Router());
  ASSERT_TRUE(other);
  const Status status = run_backend(config_, data_, signals_);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().text(), HasSubstr(std::to_string(config_.listen.logs.port)));
}

}  // namespace
}  // namespace oc::stores
