// Pushes to a store in memory.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "stores/ingest/push_routes.h"
#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {

inline constexpr Nanos kNow = 1'768'644'000'000'000'000;  // 2026-01-17T10:00:00Z

class PushRoutes : public ::testing::Test {
 protected:
  PushRoutes() {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    auto opened = LogStore::open(options, metrics_, files_, clock_);
    EXPECT_TRUE(opened);
    store_ = std::move(*opened);
    add_push_routes(router_, *store_, metrics_, clock_);
  }
  http::Response post(std::string body, const std::string& type = "application/json",
                      const std::string& path = "/loki/api/v1/push", const std::string& coding = "") {
    http::Request request{.method = "POST", .target = path};
    if (!type.empty()) request.headers.set("Content-Type", type);
    if (!coding.empty()) request.headers.set("Content-Encoding", coding);
    for (const auto& route : router_.routes())
      if (route.pattern == path) return route.body_handler(request, std::move(body));
    ADD_FAILURE() << "no route " << path;
    return {};
  }
  http::Response post_values(const std::string& values, const std::string& stream = R"({"app":"a"})") {
    return post(R"({"streams":[{"stream":)" + stream + R"(,"values":[)" + values + "]}]}");
  }
  std::string refusal(const std::string& values, const std::string& stream = R"({"app":"a"})") {
    const auto response = post_values(values, stream);
    EXPECT_EQ(response.status, 400);
    EXPECT_TRUE(response.body.ends_with('\n'));
    return response.body.substr(0, response.body.size() - 1);
  }

  SimulatedFileSystem files_;
  ManualClock clock_{kNow};
  MetricRegistry metrics_;
  std::unique_ptr<LogStore> store_;
  http::Router router_;
};

}  // namespace oc::stores
