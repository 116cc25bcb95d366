#include "agent/discovery/glob.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

bool matches(std::string_view pattern, std::string_view path) { return Glob::parse(pattern)->matches(path); }

TEST(Glob, StarStaysWithinOneFolder) {
  EXPECT_TRUE(matches("*.log", "app.log"));
  EXPECT_TRUE(matches("nginx/*.log", "nginx/.log"));
  EXPECT_FALSE(matches("*.log", "nginx/app.log"));
  EXPECT_FALSE(matches("*", "a/b"));
}

TEST(Glob, TwoStarsCrossFoldersAndMatchNone) {
  EXPECT_TRUE(matches("**", "a/b/c"));
  EXPECT_TRUE(matches("**/*.log", "app.log"));
  EXPECT_TRUE(matches("**/*.log", "a/b/app.log"));
  EXPECT_TRUE(matches("a/**/z", "a/z"));
  EXPECT_TRUE(matches("a/**/z", "a/b/c/z"));
  EXPECT_FALSE(matches("a/**/z", "a/bz"));
  EXPECT_FALSE(matches("**/z", "az"));
  EXPECT_TRUE(matches("/var/log/**", "/var/log/a/b"));
  EXPECT_FALSE(matches("/var/log/**", "/var/logs"));
}

TEST(Glob, QuestionMarkAndClassesMatchOneByteButNoSlash) {
  EXPECT_TRUE(matches("app.?", "app.1"));
  EXPECT_FALSE(matches("a?b", "a/b"));
  EXPECT_TRUE(matches("[a-c]x", "bx"));
  EXPECT_FALSE(matches("[!a-c]x", "bx"));
  EXPECT_FALSE(matches("a[!x]b", "a/b"));
  EXPECT_TRUE(matches("[]]", "]"));
}

TEST(Glob, BackslashTakesTheNextCharacterLiterally) {
  EXPECT_TRUE(matches("a\\*b", "a*b"));
  EXPECT_FALSE(matches("a\\*b", "axb"));
}

TEST(Glob, AnUnclosedClassIsAnErrorThatSaysWhere) {
  const auto glob = Glob::parse("app[0-9");
  ASSERT_FALSE(glob);
  EXPECT_NE(glob.error().message.find("position 4"), std::string::npos) << glob.error().message;
}

TEST(Glob, ManyStarsDoNotTakeExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(matches(pattern + "b", std::string(2000, 'a')));
}

TEST(Glob, TheLiteralFolderIsWhatStandsBeforeTheFirstSpecialCharacter) {
  EXPECT_EQ(Glob::parse("/srv/app/*/x.log")->literal_folder(), "/srv/app");
  EXPECT_EQ(Glob::parse("/srv/app/x.log")->literal_folder(), "/srv/app");
  EXPECT_EQ(Glob::parse("/*.log")->literal_folder(), "/");
}

}  // namespace
}  // namespace oc::agent
