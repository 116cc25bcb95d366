#include "control_plane/alerting/alert_batcher.h"

#include <gtest/gtest.h>

namespace oc::control_plane {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

Alert alert(const std::string& about, AlertStatus status = AlertStatus::kFiring,
            const std::string& kind = "source_not_delivered") {
  Alert alert;
  alert.kind = kind;
  alert.key = kind + "/" + about;
  alert.status = status;
  return alert;
}

class AlertBatcherTest : public testing::Test {
 protected:
  bool take(const Alert& one) { return batcher_.take(one, ++seq_, now_); }
  std::size_t due() {
    const auto group = batcher_.take_due(now_);
    return group ? group->size() : 0;
  }
  AlertBatcher batcher_;
  std::int64_t seq_ = 0;
  AlertBatcher::Time now_{seconds(1000)};
};

TEST_F(AlertBatcherTest, AlertsOfOneKindGoOutTogether) {
  take(alert("a"));
  take(alert("b"));
  take(alert("x", AlertStatus::kFiring, "config_refused"));
  EXPECT_EQ(due(), 0u);
  now_ += seconds(1);
  EXPECT_EQ(due(), 2u);
  EXPECT_EQ(due(), 1u);
  EXPECT_EQ(due(), 0u);
}

TEST_F(AlertBatcherTest, WithinTenSecondsOfANotificationOthersOfItsKindWaitForTheNext) {
  take(alert("a"));
  now_ += seconds(1);
  ASSERT_EQ(due(), 1u);
  for (int i = 0; i < 9; ++i) {
    take(alert(std::to_string(i)));
    now_ += seconds(1);
    EXPECT_EQ(due(), 0u);
  }
  now_ += seconds(1);
  EXPECT_EQ(due(), 9u);
}

TEST_F(AlertBatcherTest, WhatIsFiringIsToldOnceUntilItIsTimeToRepeatIt) {
  EXPECT_TRUE(take(alert("a")));
  EXPECT_FALSE(take(alert("a")));
  now_ += hours(4);
  EXPECT_TRUE(take(alert("a")));
}

TEST_F(AlertBatcherTest, OnlyWhatWasToldIsResolvedAndThenItMayFireAgain) {
  EXPECT_FALSE(take(alert("a", AlertStatus::kResolved)));
  take(alert("a"));
  EXPECT_TRUE(take(alert("a", AlertStatus::kResolved)));
  EXPECT_FALSE(take(alert("a", AlertStatus::kResolved)));
  EXPECT_TRUE(take(alert("a")));
}

TEST_F(AlertBatcherTest, NobodyHearsOfTheEndBeforeTheBeginning) {
  take(alert("a"));
  now_ += seconds(1);
  ASSERT_EQ(due(), 1u);
  take(alert("b"));  // waits ten seconds
  take(alert("b", AlertStatus::kResolved));
  now_ += seconds(1);
  const auto first = batcher_.take_due(now_), second = batcher_.take_due(now_);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->front().status, AlertStatus::kFiring);
  EXPECT_EQ(second->front().status, AlertStatus::kResolved);
}

TEST_F(AlertBatcherTest, ThePlaceInTheJournalStaysBeforeWhatWaits) {
  take(alert("a"));  // 1
  take(alert("b"));  // 2
  EXPECT_EQ(batcher_.settled(7), 0);
  now_ += seconds(1);
  ASSERT_EQ(due(), 2u);
  EXPECT_EQ(batcher_.settled(7), 7);
}

TEST_F(AlertBatcherTest, BeyondItsLimitTheJournalKeepsTheRest) {
  for (std::size_t i = 0; i < AlertBatcher::kMaxWaiting; ++i) take(alert(std::to_string(i)));
  EXPECT_TRUE(batcher_.full());
}

}  // namespace
}  // namespace oc::control_plane
