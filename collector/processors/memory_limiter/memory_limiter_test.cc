#include "collector/processors/memory_limiter/memory_limiter.h"

#include <gtest/gtest.h>

namespace oc::collector {
namespace {

TEST(MemoryLimiter, PausesAboveTheSoftLimitAndGoesOnBelow) {
  MetricRegistry metrics;
  SharedServices shared;
  ManualClock clock(0);
  std::uint64_t used = 50;
  MemoryLimiterConfig config;
  config.check_interval = std::chrono::seconds(1);
  config.soft_limit_bytes = 100;
  MemoryLimiter limiter({"memory_limiter", ""}, config, {metrics, clock, shared}, [&] { return used; });
  EXPECT_TRUE(limiter.ready());
  used = 101;
  EXPECT_TRUE(limiter.ready()) << "it looks once an interval";
  clock.advance(std::chrono::seconds(1));
  EXPECT_FALSE(limiter.ready());
  EXPECT_NE(metrics.prometheus_text().find("onecollector_memory_limiter_paused{processor=\"memory_limiter\"} 1"),
            std::string::npos);
  used = 100;
  clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(limiter.ready());
}

TEST(MemoryLimiter, TakesTheOfficialKeys) {
  const auto parse = [](const std::string& text) {
    return memory_limiter_factory().parse({"memory_limiter", ""}, *parse_config_text(text, "f"));
  };
  const auto soft = [&](const std::string& text) {
    const auto config = parse(text);
    return config ? static_cast<const MemoryLimiterConfig&>(**config).soft_limit_bytes : 0;
  };
  EXPECT_EQ(soft("{check_interval: 1s, limit_mib: 100, spike_limit_mib: 30}"), 70u << 20);
  EXPECT_EQ(soft("{check_interval: 1s, limit_mib: 100}") >> 20, 80u);
  EXPECT_EQ(soft("{check_interval: 1s, limit_percentage: 50, spike_limit_percentage: 25}"),
            available_memory_bytes() / 100 * 50 - available_memory_bytes() / 100 * 25);
  EXPECT_TRUE(
      parse("{check_interval: 1s, limit_mib: 9, min_gc_interval_when_soft_limited: 5s,"
            " min_gc_interval_when_hard_limited: 1s}"));
  EXPECT_FALSE(parse("{limit_mib: 100}"));
  EXPECT_FALSE(parse("{check_interval: 1s}"));
  EXPECT_FALSE(parse("{check_interval: 1s, limit_mib: 10, spike_limit_mib: 10}"));
}

}  // namespace
}  // namespace oc::collector
