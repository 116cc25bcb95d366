#include "query/patterns/pattern_miner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::query {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr Nanos kTenSeconds = 10'000'000'000;

std::vector<std::string> patterns_of(const PatternMiner& miner) {
  std::vector<std::string> texts;
  for (const auto& pattern : miner.patterns()) texts.push_back(pattern.text());
  return texts;
}

TEST(PatternMiner, WhatDiffersBetweenLinesOfOneShapeIsLeftOpen) {
  PatternMiner miner(kTenSeconds);
  miner.add("GET /users took 12ms for alice", "info", 0);
  miner.add("GET /orders took 7ms for bob", "info", 0);
  miner.add("connection to 10.0.0.1:5432 was refused", "info", 0);
  EXPECT_THAT(patterns_of(miner), UnorderedElementsAre("GET <_> took <_> for <_>", "connection to <_> was refused"));
}

TEST(PatternMiner, CountsLinesOfEachStep) {
  PatternMiner miner(kTenSeconds);
  for (const Nanos second : {1, 2, 11, 25}) miner.add("job 7 was done in time", "info", second * 1'000'000'000);
  ASSERT_THAT(miner.patterns(), SizeIs(1));
  EXPECT_EQ(miner.patterns()[0].lines, 4);
  EXPECT_THAT(miner.patterns()[0].counts, ElementsAre(Pair(0, 2), Pair(kTenSeconds, 1), Pair(2 * kTenSeconds, 1)));
}

TEST(PatternMiner, LevelsHavePatternsOfTheirOwn) {
  PatternMiner miner(kTenSeconds);
  miner.add("disk sda is 80 percent full", "warn", 0);
  miner.add("disk sdb is 99 percent full", "error", 0);
  ASSERT_THAT(miner.patterns(), SizeIs(2));
  EXPECT_EQ(miner.patterns()[0].level, "warn");
}

TEST(PatternMiner, SpacesStayAndSignsStandAlone) {
  PatternMiner miner(kTenSeconds);
  miner.add("  user=alice  role=[admin]", "info", 0);
  EXPECT_THAT(patterns_of(miner), ElementsAre("  user=alice  role=[admin]"));
  miner.add("  user=bob  role=[guest]", "info", 0);
  EXPECT_THAT(patterns_of(miner), ElementsAre("  user=<_>  role=[<_>]"));
}

TEST(PatternMiner, OfJsonTheMessageCounts) {
  PatternMiner miner(kTenSeconds);
  miner.add(R"({"level":"info","msg":"order 17 was paid by alice"})", "info", 0);
  miner.add(R"({"msg":"order 18 was paid by bob","n":1})", "info", 0);
  miner.add(R"({"no":"message"})", "info", 0);
  EXPECT_THAT(patterns_of(miner), ElementsAre("<_>order <_> was paid by <_><_>"));
  EXPECT_EQ(miner.left_out(), 1);
}

TEST(PatternMiner, ShortLinesTellNoPatternAndPatternsAreBounded) {
  PatternMiner miner(kTenSeconds);
  miner.add("too short", "info", 0);
  EXPECT_EQ(miner.left_out(), 1);
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) miner.add(std::string{a, b} + " begins this line anew", "info", 0);
  }
  EXPECT_THAT(miner.patterns(), SizeIs(300));
}

}  // namespace
}  // namespace oc::query
