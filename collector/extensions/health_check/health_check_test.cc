#include "collector/extensions/health_check/health_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/http/client.h"

namespace oc::collector {
namespace {

TEST(HealthCheck, AnswersOnItsPathAsLongAsItRuns) {
  MetricRegistry metrics;
  SharedServices shared;
  HealthCheckConfig config;
  config.endpoint.port = 0;
  config.path = "/health/status";
  HealthCheck health(config, {metrics, system_clock(), shared});
  ASSERT_TRUE(health.start());
  const auto url = fmt::format("http://127.0.0.1:{}", health.port());
  const auto answer = http::Client().get(url + "/health/status");
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 200);
  EXPECT_NE(answer->body.find("Server available"), std::string::npos);
  EXPECT_EQ(http::Client().get(url + "/")->status, 404);
  health.stop();
  EXPECT_FALSE(http::Client().get(url + "/health/status"));
  EXPECT_TRUE(health.start()) << "a reload that fails puts it back";
}

TEST(HealthCheck, SaysWhatItIsToldToSay) {
  MetricRegistry metrics;
  SharedServices shared;
  auto parsed = health_check_factory().parse({"health_check", ""},
                                             *parse_config_text("response_body: {healthy: fine, unhealthy: bad}", "f"));
  ASSERT_TRUE(parsed) << parsed.error().text();
  HealthCheckConfig config = static_cast<const HealthCheckConfig&>(**parsed);
  config.endpoint.port = 0;
  HealthCheck health(config, {metrics, system_clock(), shared});
  ASSERT_TRUE(health.start());
  EXPECT_EQ(http::Client().get(fmt::format("http://127.0.0.1:{}/", health.port()))->body, "fine");
}

TEST(HealthCheck, ChecksItsEndpoint) {
  const auto parse = [](const std::string& text) {
    return health_check_factory().parse({"health_check", ""}, *parse_config_text(text, "f"));
  };
  EXPECT_TRUE(parse("endpoint: localhost:13133"));
  EXPECT_FALSE(parse("endpoint: nonsense"));
  EXPECT_FALSE(parse("path: health"));
  EXPECT_TRUE(parse("check_collector_pipeline: {enabled: false, interval: 5m}"));
  EXPECT_FALSE(parse("check_collector_pipeline: {enabled: true}"));
}

}  // namespace
}  // namespace oc::collector
