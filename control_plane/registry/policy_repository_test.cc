#include "control_plane/registry/policy_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ids.h"
#include "base/temporary_directory.h"
#include "control_plane/registry/sqlite_registry.h"

namespace oc::control_plane {
namespace {

using model::PolicyState;
using testing::HasSubstr;

class PolicyRepositoryTest : public testing::Test {
 protected:
  PolicyRepositoryTest() { reopen(); }
  void reopen() {
    repositories_.reset();
    auto opened = SqliteRegistry::open(folder_ / "control-plane.db");
    ASSERT_TRUE(opened) << opened.error().text();
    repositories_.emplace(std::move(*opened));
  }
  PolicyRepository& policies() { return repositories_->policies(); }
  model::Policy add(const std::string& overlay, bool force = false) {
    const auto policy = policies().add_policy({overlay, "overlay.yaml", "because", "file", 5}, force);
    EXPECT_TRUE(policy) << policy.error().text();
    return policy.value_or(model::Policy{});
  }
  void set(std::int64_t version, PolicyState state, const std::string& reason = "") {
    const auto done = policies().set_policy_state(version, state, reason);
    EXPECT_TRUE(done) << done.error().text();
  }
  PolicyState state(std::int64_t version) { return (*policies().find_policy(version))->state; }

  TemporaryDirectory folder_;
  std::optional<SqliteRegistry> repositories_;
};

TEST_F(PolicyRepositoryTest, TheFirstIsEmptyAndCurrent) {
  const auto current = *policies().current_policy();
  EXPECT_EQ(current.version, kFirstPolicy);
  EXPECT_EQ(current.overlay_text, "");
  EXPECT_EQ(current.hash, stable_hash(""));
  EXPECT_EQ(current.state, PolicyState::kCurrent);
}

TEST_F(PolicyRepositoryTest, ANewContentIsToldOnce) {
  add("processors: {}");
  add("processors: {}");
  const auto events = *repositories_->events().read(0, 10, {"policy_created"});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].subject, "2");
  EXPECT_EQ(events[0].data["author"], "file");
}

TEST_F(PolicyRepositoryTest, AContentIsKeptOnceWithAllThatIsKnownOfIt) {
  const auto added = add("processors: {}");
  EXPECT_EQ(added.version, 2);
  EXPECT_EQ(added.parent, 1);
  EXPECT_EQ(added.state, PolicyState::kProposed);
  EXPECT_EQ(add("processors: {}").version, 2);
  reopen();
  const auto found = **policies().find_policy(2);
  EXPECT_EQ(to_json(found), to_json(added));
  EXPECT_EQ(found.overlay_text, "processors: {}");
  EXPECT_EQ(policies().list_policies(10)->size(), 2u);
  EXPECT_EQ(policies().list_policies(10)->front().overlay_text, "") << "lists go without the text";
  EXPECT_FALSE(*policies().find_policy(3));
}

TEST_F(PolicyRepositoryTest, OneIsCurrentAndTheOneBeforeIsProven) {
  add("a");
  set(2, PolicyState::kCurrent);
  EXPECT_EQ(state(1), PolicyState::kProven);
  EXPECT_EQ(policies().current_policy()->version, 2);
  EXPECT_EQ(policies().last_good_policy(2)->version, 1);
  EXPECT_EQ(policies().last_good_policy(3)->version, 2);
  EXPECT_FALSE(policies().set_policy_state(2, PolicyState::kProposed, "")) << "there must be a current one";
  EXPECT_FALSE(policies().set_policy_state(9, PolicyState::kCurrent, ""));
}

TEST_F(PolicyRepositoryTest, WhenTheCurrentOneBreaksTheOneThatWasCurrentLastIsBack) {
  add("a"), add("b"), add("c");
  set(3, PolicyState::kCurrent);
  set(2, PolicyState::kCurrent);
  set(4, PolicyState::kCurrent);
  set(4, PolicyState::kBroken, "nothing arrived");
  EXPECT_EQ(policies().current_policy()->version, 2) << "by promotion, not by number";
  EXPECT_EQ((*policies().find_policy(4))->broken_reason, "nothing arrived");
  set(2, PolicyState::kBroken, "x");
  set(3, PolicyState::kBroken, "x");
  EXPECT_EQ(policies().current_policy()->version, kFirstPolicy);
  EXPECT_FALSE(policies().set_policy_state(kFirstPolicy, PolicyState::kBroken, "x"));
}

TEST_F(PolicyRepositoryTest, WhatIsBrokenIsNotOfferedAgainUnlessInsistedOn) {
  add("a");
  set(2, PolicyState::kBroken, "the filter dropped everything");
  const auto refused = policies().add_policy({"a", "o", "", "", 0}, false);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("policy version 2, which is broken: the filter dropped everything"));
  const auto forced = add("a", true);
  EXPECT_EQ(forced.version, 2);
  EXPECT_EQ(forced.state, PolicyState::kProposed);
  EXPECT_EQ(forced.broken_reason, "");
}

TEST_F(PolicyRepositoryTest, ASupersededOneMayComeBack) {
  add("a");
  set(2, PolicyState::kSuperseded);
  EXPECT_EQ(add("a").state, PolicyState::kProposed);
}

TEST_F(PolicyRepositoryTest, TheNewestOfAnAuthorIsFound) {
  EXPECT_FALSE(*policies().newest_by("file"));
  add("a"), add("b");
  EXPECT_EQ((*policies().newest_by("file"))->version, 3);
}

}  // namespace
}  // namespace oc::control_plane
