#include "collector/record/regex.h"

#include <gtest/gtest.h>

namespace oc::collector {
namespace {

TEST(Regex, TakesBothWaysOfNamingGroups) {
  const auto regex = compile_regex(R"((?<a>\d)(?P<b>[(?<x>]\(?<))");
  ASSERT_TRUE(regex) << regex.error().message;
  EXPECT_THAT((*regex)->NamedCapturingGroups(),
              ::testing::UnorderedElementsAre(::testing::Pair("a", 1), ::testing::Pair("b", 2)));
  EXPECT_TRUE(re2::RE2::FullMatch("1?(<", **regex));
  EXPECT_FALSE(compile_regex("(?<=a)b"));
}

}  // namespace
}  // namespace oc::collector
