#include "control_plane/config_builder/policy_proposal.h"

#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "control_plane/registry/sqlite_registry.h"

namespace oc::control_plane {
namespace {

class OverlayFileTest : public testing::Test {
 protected:
  bool take(const std::string& text) {
    return take_overlay_file(policies(), "/etc/overlay.yaml", text, 5, [this](const model::Policy& policy) {
      started_.push_back(policy.version);
      return can_start_ ? Result<std::string>("run") : retryable("not now");
    });
  }
  PolicyRepository& policies() { return registry_->policies(); }

  TemporaryDirectory folder_;
  Result<SqliteRegistry> registry_ = SqliteRegistry::open(folder_ / "control-plane.db");
  std::vector<std::int64_t> started_;
  bool can_start_ = true;
};

TEST_F(OverlayFileTest, AChangeIsAPolicyOfTheAuthorFile) {
  EXPECT_TRUE(take("processors: {}"));
  EXPECT_EQ(started_, std::vector<std::int64_t>{2});
  const auto policy = **policies().find_policy(2);
  EXPECT_EQ(policy.author, kFileAuthor);
  EXPECT_EQ(policy.overlay_name, "/etc/overlay.yaml");
}

TEST_F(OverlayFileTest, WhatItHeldTheLastTimeIsNoNews) {
  EXPECT_TRUE(take("")) << "the empty overlay is current already";
  EXPECT_TRUE(take("processors: {}"));
  ASSERT_TRUE(policies().set_policy_state(2, model::PolicyState::kCurrent, ""));
  ASSERT_TRUE(policies().set_policy_state(1, model::PolicyState::kCurrent, ""));
  EXPECT_TRUE(take("processors: {}")) << "as after a restart: somebody went back by other ways";
  ASSERT_TRUE(policies().set_policy_state(2, model::PolicyState::kBroken, "nothing arrived"));
  EXPECT_TRUE(take("processors: {}"));
  EXPECT_EQ(started_.size(), 1u);
}

TEST_F(OverlayFileTest, AFaultyFileIsSaidAndKeptOut) {
  EXPECT_TRUE(take("processors: ["));
  EXPECT_TRUE(started_.empty());
  EXPECT_EQ(policies().list_policies(10)->size(), 1u);
}

TEST_F(OverlayFileTest, ARolloutThatCannotStartNowIsTriedAgain) {
  can_start_ = false;
  EXPECT_FALSE(take("processors: {}"));
  can_start_ = true;
  EXPECT_TRUE(take("processors: {}"));
  EXPECT_EQ(started_, (std::vector<std::int64_t>{2, 2}));
}

}  // namespace
}  // namespace oc::control_plane
