#include "collector/receivers/file_log/glob.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "base/ids.h"

namespace oc::collector {
namespace {

bool matches(std::string_view pattern, std::string_view path) { return Glob::parse(pattern)->matches(path); }

TEST(Glob, MatchesWithinANameOnly) {
  EXPECT_TRUE(matches("/var/log/*.log", "/var/log/a.log"));
  EXPECT_TRUE(matches("/var/log/*.log", "/var/log/.log"));
  EXPECT_FALSE(matches("/var/log/*.log", "/var/log/x/a.log"));
  EXPECT_FALSE(matches("/var/log/*.log", "/var/log/a.log.1"));
  EXPECT_TRUE(matches("/l/?[0-9][^x]*", "/l/a7bc"));
  EXPECT_FALSE(matches("/l/?[0-9][^x]*", "/l/a7x"));
  EXPECT_TRUE(matches("/l/*a*b*c", "/l/aabbcabc"));
  EXPECT_FALSE(matches("/l/a", "l/a"));
}

TEST(Glob, TwoStarsCrossFoldersAndMayStandForNone) {
  EXPECT_TRUE(matches("/var/**/a.log", "/var/a.log"));
  EXPECT_TRUE(matches("/var/**/a.log", "/var/x/y/a.log"));
  EXPECT_FALSE(matches("/var/**/a.log", "/var/x/y/b.log"));
  EXPECT_TRUE(matches("/var/**", "/var/x/y"));
  EXPECT_FALSE(matches("/var/**", "/other/x"));
}

TEST(Glob, ABackslashTakesTheNextCharacterAsItIs) {
  EXPECT_TRUE(matches("/l/a\\*b\\[1\\]\\{x\\}", "/l/a*b[1]{x}"));
  EXPECT_FALSE(matches("/l/a\\*b", "/l/axb"));
  const auto glob = *Glob::parse("/l/a\\*b\\\\");
  EXPECT_TRUE(glob.is_literal());
  EXPECT_EQ(glob.literal_path(), "/l/a*b\\");
  EXPECT_FALSE(Glob::parse("/l/a\\*b*")->is_literal());
}

TEST(Glob, RefusesPatternsThatCannotMean) {
  for (const char* pattern : {"", "/", "/l/[a", "/l/a\\"}) EXPECT_FALSE(Glob::parse(pattern)) << pattern;
}

TEST(Glob, BracesAreSeveralPatterns) {
  using Patterns = std::vector<std::string>;
  EXPECT_EQ(*expand_braces("/l/{a,b{c,d}}.{log,txt}"),
            (Patterns{"/l/a.log", "/l/a.txt", "/l/bc.log", "/l/bc.txt", "/l/bd.log", "/l/bd.txt"}));
  EXPECT_EQ(*expand_braces("/l/\\{a,b\\}"), (Patterns{"/l/\\{a,b\\}"}));
  for (const auto* pattern : {"/l/{a", "/l/a}", "/l/{a,{b}"}) EXPECT_FALSE(expand_braces(pattern)) << pattern;
  EXPECT_FALSE(expand_braces("{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}")) << "4,096 patterns";
}

TEST(Glob, WalksTheFilesThatItMatchesAndNamesTheFoldersToWatch) {
  const auto root = std::filesystem::temp_directory_path() / ("glob_test." + random_hex(8));
  for (const char* file : {"a.log", "x/b.log", "x/y/c.log", "x/y/d.txt"}) {
    std::filesystem::create_directories((root / file).parent_path());
    std::ofstream(root / file) << "x";
  }
  const auto walk = [&](const std::string& pattern) {
    std::pair<std::set<std::string>, std::set<std::string>> seen;
    const auto relative = [&](const std::string& path) {
      return std::filesystem::path(path).lexically_relative(root).string();
    };
    Glob::parse(root.string() + pattern)
        ->walk({[&](const std::string& folder) { seen.first.insert(relative(folder)); },
                [&](const std::string& path) { seen.second.insert(relative(path)); }});
    return seen;
  };
  using Set = std::set<std::string>;
  EXPECT_EQ(walk("/**/*.log"), (std::pair{Set{".", "x", "x/y"}, Set{"a.log", "x/b.log", "x/y/c.log"}}));
  EXPECT_EQ(walk("/*/b.log"), (std::pair{Set{".", "x"}, Set{"x/b.log"}}));
  EXPECT_EQ(walk("/x/y/c.log"), (std::pair{Set{"x/y"}, Set{"x/y/c.log"}}));
  EXPECT_EQ(walk("/missing/c.log"), (std::pair{Set{"."}, Set{}}));
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace oc::collector
