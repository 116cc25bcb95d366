#include "agent/supervisor/health_report.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

TEST(HealthReport, AFailingSourceIsNamedAndLeavesTheCollectorHealthy) {
  const CollectorState state{.running = true, .answers = true, .configured = true};
  const auto health = health_report(
      state, {{"s1", {.source_id = "s1", .last_error = "permission denied"}}, {"s2", {.source_id = "s2"}}});
  EXPECT_TRUE(health.healthy);
  EXPECT_TRUE(health.components.at("collector").healthy);
  EXPECT_EQ(health.components.at("source/s1").last_error, "permission denied");
  EXPECT_FALSE(health.components.contains("source/s2"));
  EXPECT_EQ(health.status, "running; 1 sources fail");
}

TEST(HealthReport, ADeadCollectorIsUnhealthyWithItsReason) {
  const auto health = health_report({.configured = true, .last_error = "exited with code 3"}, {});
  EXPECT_FALSE(health.healthy);
  EXPECT_EQ(health.components.at("collector").last_error, "exited with code 3");
}

}  // namespace
}  // namespace oc::agent
