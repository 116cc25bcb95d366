#include "control_plane/agent_manager/source_set.h"

#include <gtest/gtest.h>

#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

using Sources = std::vector<model::DiscoveredLogSource>;

contracts::SourcesSnapshot snapshot(std::uint64_t sequence, const Sources& sources) {
  return {sequence, sources, contracts::set_hash(sources)};
}

TEST(SourceSet, ASnapshotReplacesWhatWasKnown) {
  SourceSet set;
  ASSERT_TRUE(set.apply(snapshot(1, {test_source("a"), test_source("b")})));
  set.clear_changes();
  ASSERT_TRUE(set.apply(snapshot(7, {test_source("b"), test_source("c")})));
  EXPECT_EQ(set.changes().upserted, std::set<std::string>{"c"});
  EXPECT_EQ(set.changes().removed, std::set<std::string>{"a"});
  EXPECT_EQ(set.sequence(), 7u);
}

TEST(SourceSet, ADeltaThatFollowsIsApplied) {
  SourceSet set;
  ASSERT_TRUE(set.apply(snapshot(1, {test_source("a")})));
  ASSERT_TRUE(set.apply({2, {test_source("b")}, {"a"}, contracts::set_hash({test_source("b")})}));
  EXPECT_TRUE(set.sources().contains("b"));
  EXPECT_FALSE(set.sources().contains("a"));
  EXPECT_TRUE(set.check({2, contracts::set_hash({test_source("b")})}));
}

TEST(SourceSet, AGapMakesTheSetUnknownUntilTheNextSnapshot) {
  SourceSet set;
  ASSERT_TRUE(set.apply(snapshot(1, {test_source("a")})));
  const auto gap = set.apply({3, {test_source("b")}, {}, "x"});
  ASSERT_FALSE(gap);
  EXPECT_TRUE(gap.error().retryable());
  EXPECT_FALSE(set.known());
  EXPECT_FALSE(set.sources().contains("b"));
  EXPECT_TRUE(set.apply(snapshot(3, {test_source("b")})));
  EXPECT_TRUE(set.known());
}

TEST(SourceSet, AnotherHashThanTheAgentsIsNoticed) {
  SourceSet set;
  ASSERT_TRUE(set.apply(snapshot(1, {test_source("a")})));
  EXPECT_FALSE(set.apply({2, {test_source("b")}, {}, "another hash"}));
  ASSERT_TRUE(set.apply(snapshot(3, {test_source("b")})));
  EXPECT_FALSE(set.check({3, "another hash"}));
  EXPECT_FALSE(set.known());
}

TEST(SourceSet, WithoutASnapshotNothingElseIsTaken) {
  SourceSet set;
  EXPECT_FALSE(set.apply(contracts::SourcesDelta{1, {}, {}, contracts::set_hash({})}));
  EXPECT_FALSE(set.check({0, contracts::set_hash({})}));
}

TEST(SourceSet, TooManySourcesAreRefusedForGood) {
  SourceSet set;
  contracts::SourcesSnapshot flood;
  flood.sources.resize(SourceSet::kMaxSources + 1);
  const auto refused = set.apply(std::move(flood));
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().retryable());
}

}  // namespace
}  // namespace oc::control_plane
