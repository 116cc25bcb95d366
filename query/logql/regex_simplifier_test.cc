#include "query/logql/regex_simplifier.h"

#include <gtest/gtest.h>

namespace oc::query {
namespace {

TEST(RegexSimplifier, LiteralsSufficeUnlessGoMakesAClassOfThem) {
  for (const auto* simple : {"err|warn", "(?i)abc.*", "(?i)(foo|bar)", "bar|foo|baz", "a||b", ".*x.*"}) {
    EXPECT_TRUE(is_simplified(simple, PatternUse::kLabelFilter)) << simple;
  }
  for (const auto* expression : {"a|b", "(?:a|b)", "foo|bar|baz", "200|201|", "a.c", "^foo"}) {
    EXPECT_FALSE(is_simplified(expression, PatternUse::kLabelFilter)) << expression;
  }
}

TEST(RegexSimplifier, AlternativesThatHoldOfAnyTextAreLeftOutBesideOthers) {
  const auto simplified = [](std::string_view expression) {
    const auto of_label = without_idle_alternatives(expression, PatternUse::kLabelFilter);
    EXPECT_EQ(of_label, without_idle_alternatives(expression, PatternUse::kPartOfText)) << expression;
    return of_label;
  };
  EXPECT_EQ(simplified("error|"), "error");
  EXPECT_EQ(simplified("(|foo|.*|bar)"), "foo|bar");
  EXPECT_EQ(simplified("(?i)foo||bar"), "(?i)foo|bar");
  EXPECT_EQ(simplified("|.*"), "");
  for (const auto* kept : {"foo|bar", "(foo|bar)", "200|201|", "^foo|", "b.r|", "foo.+|", "x\\|"}) {
    EXPECT_EQ(simplified(kept), kept);
  }
}

}  // namespace
}  // namespace oc::query
