#include "control_plane/verification/filter_balance.h"

#include <gtest/gtest.h>

namespace oc::control_plane {
namespace {

constexpr FilterBalance::Time kNow{std::chrono::seconds(1000)};

TEST(FilterBalance, ExplainsWhatIsMissingUpToWhatWasLeftOut) {
  FilterBalance balance;
  balance.note({{"filter/debug", 3}, {"filter/noise", 4}});
  balance.judge(7, kNow);
  EXPECT_TRUE(balance.explains());
  balance.judge(8, kNow);
  EXPECT_FALSE(balance.explains());
}

TEST(FilterBalance, ExplainsNothingWhereNothingIsMissing) {
  FilterBalance balance;
  balance.note({{"filter/debug", 3}});
  balance.judge(0, kNow);
  EXPECT_FALSE(balance.explains());
}

TEST(FilterBalance, WhatIsOnItsWayIsExcusedForTheGrace) {
  FilterBalance balance;
  balance.judge(1, kNow);
  EXPECT_FALSE(balance.excuses(kNow)) << "there are no filters";
  balance.note({{"filter/debug", 3}});
  balance.judge(3, kNow);
  balance.judge(5, kNow);
  EXPECT_TRUE(balance.excuses(kNow + std::chrono::seconds(29)));
  EXPECT_FALSE(balance.excuses(kNow + std::chrono::seconds(30)));
  balance.judge(3, kNow);
  EXPECT_TRUE(balance.excuses(kNow + std::chrono::seconds(300)));
}

TEST(FilterBalance, ACollectorThatBeginsAnewAddsToWhatWasLeftOut) {
  FilterBalance balance;
  balance.note({{"filter/debug", 3}});
  balance.note({});
  balance.note({{"filter/debug", 2}});
  balance.judge(5, kNow);
  EXPECT_TRUE(balance.explains());
  EXPECT_EQ(total(balance.since_begin()), 2u);
}

TEST(FilterBalance, WhatWasExplainedStaysSoWhenTheComparisonsBeginAnew) {
  FilterBalance balance;
  balance.note({{"filter/debug", 30}});
  balance.judge(2, kNow);
  balance.begin_anew(2);
  balance.judge(2, kNow);
  EXPECT_TRUE(balance.explains());
  balance.judge(3, kNow);
  EXPECT_FALSE(balance.explains());
}

}  // namespace
}  // namespace oc::control_plane
