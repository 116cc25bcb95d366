#include "query/logql/pattern.h"

#include <gtest/gtest.h>

#include "query/logql/log_reader.h"

namespace oc::query {
namespace {

bool found(std::string_view expression, std::string_view text) {
  return Pattern::compile(expression, PatternUse::kPartOfText)->matches(text);
}
bool whole(std::string_view expression, std::string_view text) {
  return Pattern::compile(expression, PatternUse::kWholeText)->matches(text);
}
bool needs_engine(std::string_view expression, PatternUse use = PatternUse::kPartOfText) {
  return Pattern::compile(expression, use)->needs_engine();
}

TEST(Pattern, LiteralsAlternationsAndAnchorsRunWithoutAnEngine) {
  for (const auto* simple : {"error", "a|b|c", "(?:a|b)", "^GET", "500$", "^x$", ".*error.*", "a\\.b", "", ".*"}) {
    EXPECT_FALSE(needs_engine(simple)) << simple;
  }
  for (const auto* simple : {"api", "a|b", "api-.*", ".*-prod", ".*x.*", ".+", ".*", "(api|db)"}) {
    EXPECT_FALSE(needs_engine(simple, PatternUse::kWholeText)) << simple;
  }
}

TEST(Pattern, AnythingElseGetsTheEngine) {
  for (const auto* hard : {"a.c", "(?i)error", "[ab]", "a+", "ab?", "a{2}", "\\d", "^.*x", "é?", ".+x", "a||*"}) {
    const auto pattern = Pattern::compile(hard, PatternUse::kPartOfText);
    EXPECT_TRUE(!pattern || pattern->needs_engine()) << hard;
  }
}

TEST(Pattern, ALineFilterIsFoundAnywhere) {
  EXPECT_TRUE(found("rro", "error"));
  EXPECT_TRUE(found("timeout|refused", "connection refused"));
  EXPECT_TRUE(found("^GET", "GET /"));
  EXPECT_FALSE(found("^GET", "x GET /"));
  EXPECT_TRUE(found("500$", "status 500"));
  EXPECT_FALSE(found("500$", "500 status"));
  EXPECT_TRUE(found("a\\.b", "xa.bx"));
  EXPECT_FALSE(found("a\\.b", "xaxbx"));
}

TEST(Pattern, AMatcherMustMatchTheWholeValue) {
  EXPECT_TRUE(whole("api", "api"));
  EXPECT_FALSE(whole("pi", "api"));
  EXPECT_TRUE(whole("api-.*", "api-"));
  EXPECT_FALSE(whole("api-.*", "xapi-1"));
  EXPECT_TRUE(whole("a.i|db", "api"));
  EXPECT_FALSE(whole(".+", ""));
  EXPECT_TRUE(whole(".*", ""));
}

TEST(Pattern, ADotStopsAtANewlineInLinesOnly) {
  EXPECT_FALSE(found("new.line", "new\nline"));
  EXPECT_TRUE(found("(?s)new.line", "new\nline"));
  EXPECT_TRUE(whole("new.line", "new\nline"));
  EXPECT_TRUE(whole("new.*", "new\nline"));
}

TEST(Pattern, ALabelFilterFindsWhatStandsBesideDotStarAnywhere) {
  const auto pattern = Pattern::compile("0.*", PatternUse::kLabelFilter);
  EXPECT_TRUE(pattern->matches("10"));
  EXPECT_FALSE(pattern->matches("11"));
  EXPECT_FALSE(Pattern::compile(".*error$", PatternUse::kLabelFilter)->matches("errors"));
  EXPECT_FALSE(Pattern::compile("err", PatternUse::kLabelFilter)->matches("error"));
}

TEST(Pattern, AnEmptyLabelFilterTakesAllButAnEmptyAlternativeOnlyTheEmptyValue) {
  EXPECT_TRUE(Pattern::compile("", PatternUse::kLabelFilter)->matches("x"));
  EXPECT_TRUE(Pattern::compile("", PatternUse::kLabelFilter)->matches_all());
  EXPECT_FALSE(Pattern::compile("err|", PatternUse::kLabelFilter)->matches("x"));
  EXPECT_TRUE(Pattern::compile("err|", PatternUse::kLabelFilter)->matches(""));
  EXPECT_FALSE(Pattern::compile("new.line", PatternUse::kLabelFilter)->matches("new\nline"));
}

TEST(Pattern, AnInvalidByteCountsAsOneCharacter) {
  EXPECT_TRUE(found("a.b$",
                    "xa\xFF"
                    "b"));
  EXPECT_TRUE(whole("[^x]", "\xFF"));
  EXPECT_FALSE(found("a..b",
                     "a\xFF"
                     "b"));
}

TEST(Pattern, ErrorsReadAsGosDo) {
  EXPECT_EQ(Pattern::compile("(", PatternUse::kPartOfText).error().message,
            "error parsing regexp: missing closing ): `(`");
  EXPECT_EQ(Pattern::compile("[a", PatternUse::kPartOfText).error().message,
            "error parsing regexp: missing closing ]: `[a`");
  EXPECT_EQ(Pattern::compile("a\\", PatternUse::kPartOfText).error().message,
            "error parsing regexp: trailing backslash at end of expression: ``");
  EXPECT_EQ(Pattern::compile("x(?<=a)", PatternUse::kPartOfText).error().message,
            "error parsing regexp: invalid named capture: `(?<=a)`");
  EXPECT_EQ(Pattern::compile("(?<!a)b>c", PatternUse::kPartOfText).error().message,
            "error parsing regexp: invalid named capture: `(?<!a)b>`");
  EXPECT_EQ(Pattern::compile("(?<a b>c)", PatternUse::kPartOfText).error().message,
            "error parsing regexp: invalid named capture: `(?<a b>`");
}

TEST(Matchers, AnAbsentLabelIsTheEmptyValue) {
  const std::vector<Matcher> matchers = {{"app", Matcher::Type::kEqual, "api"},
                                         {"env", Matcher::Type::kNotEqual, "dev"}};
  const auto compiled = CompiledMatchers::compile(matchers);
  EXPECT_TRUE(compiled->matches({{"app", "api"}}));
  EXPECT_FALSE(compiled->matches({{"app", "api"}, {"env", "dev"}}));
}

TEST(LineFilters, NegatedAlternativesMustAllBeAbsent) {
  const std::vector<LineFilter> filters = {{LineFilter::Type::kNotContains, {"a", "b"}}};
  const auto compiled = CompiledLineFilters::compile(filters);
  EXPECT_TRUE(compiled->matches("xyz"));
  EXPECT_FALSE(compiled->matches("xbz"));
}

}  // namespace
}  // namespace oc::query
