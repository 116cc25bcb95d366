#include "agent/supervisor/restart_backoff.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

using namespace std::chrono_literals;

TEST(RestartBackoff, DoublesFromAHundredMillisecondsToTenSeconds) {
  RestartBackoff backoff;
  const RestartBackoff::Time now{1h};
  backoff.started(now);
  EXPECT_EQ(backoff.after_death(now), 100ms);
  EXPECT_EQ(backoff.after_death(now), 200ms);
  for (int i = 0; i < 10; ++i) backoff.after_death(now);
  EXPECT_EQ(backoff.after_death(now), 10s);
}

TEST(RestartBackoff, BeginsAgainAfterAHealthyMinute) {
  RestartBackoff backoff;
  RestartBackoff::Time now{1h};
  backoff.started(now);
  backoff.after_death(now);
  backoff.after_death(now);
  backoff.started(now);
  now += 60s;
  EXPECT_EQ(backoff.after_death(now), 100ms);
}

}  // namespace
}  // namespace oc::agent
