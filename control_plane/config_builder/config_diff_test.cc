#include "control_plane/config_builder/config_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/config_builder/text_diff.h"

namespace oc::control_plane {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ConfigDiff, NamesComponentsAndShowsLines) {
  const auto diff = config_diff(
      "receivers:\n  file_log/a: {x: 1}\n  file_log/b: {x: 1}\nservice:\n  extensions: [e]\n  pipelines:\n    logs: "
      "{}\n",
      "receivers:\n  file_log/a: {x: 2}\n  file_log/c: {x: 1}\nservice:\n  extensions: [e]\n  pipelines:\n    logs: "
      "{}\n",
      "v1", "v2");
  ASSERT_TRUE(diff);
  EXPECT_THAT(diff->added, ElementsAre("receivers::file_log/c"));
  EXPECT_THAT(diff->removed, ElementsAre("receivers::file_log/b"));
  EXPECT_THAT(diff->changed, ElementsAre("receivers::file_log/a"));
  EXPECT_EQ(diff->text,
            "--- v1\n+++ v2\n@@ -1,6 +1,6 @@\n receivers:\n-  file_log/a: {x: 1}\n-  file_log/b: {x: 1}\n"
            "+  file_log/a: {x: 2}\n+  file_log/c: {x: 1}\n service:\n   extensions: [e]\n   pipelines:\n");
}

TEST(ConfigDiff, AnotherWayOfWritingIsNoChange) {
  const auto diff = config_diff("receivers: {a: {x: 1, y: 2}}\n", "receivers:\n  a:\n    y: 2\n    x: '1'\n", "a", "b");
  ASSERT_TRUE(diff);
  EXPECT_THAT(diff->changed, IsEmpty());
  EXPECT_FALSE(diff->text.empty());
}

// What `diff` says is a way from one text to the other: applied, it gives the other.
std::string patched(const std::string& before, const std::string& diff) {
  std::vector<std::string> old_lines;
  std::istringstream in(before), patch(diff);
  for (std::string line; std::getline(in, line);) old_lines.push_back(line);
  std::string out, line;
  std::size_t at = 0;
  while (std::getline(patch, line)) {
    if (line.starts_with("--- ") || line.starts_with("+++ ")) continue;
    if (line.starts_with("@@ -")) {
      const auto start = std::stoul(line.substr(4));
      const bool empty = line.find(",0 +") != std::string::npos;
      for (; at < (empty ? start : start - 1); ++at) out += old_lines[at] + "\n";
      continue;
    }
    if (line[0] != '+') EXPECT_EQ(line.substr(1), old_lines.at(at++));
    if (line[0] != '-') out += line.substr(1) + "\n";
  }
  for (; at < old_lines.size(); ++at) out += old_lines[at] + "\n";
  return out;
}

TEST(TextDiff, LeadsFromOneTextToTheOther) {
  EXPECT_EQ(unified_diff("a\n", "a\n", "x", "y"), "");
  unsigned random = 1;
  const auto text = [&random](int lines) {
    std::string text;
    for (int i = 0; i < lines; ++i) {
      random = random * 1664525 + 1013904223;
      text += std::string(1, static_cast<char>('a' + (random >> 24) % 5)) + "\n";
    }
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    const auto before = text(round % 23), after = text(round % 17);
    const auto diff = unified_diff(before, after, "x", "y");
    EXPECT_EQ(patched(before, diff), after) << diff;
  }
}

TEST(TextDiff, ShowsTheFewLinesThatDifferOfMany) {
  std::string before, after;
  for (int i = 0; i < 100'000; ++i) before += std::to_string(i) + "\n";
  after = before;
  after.replace(after.find("\n500\n"), 5, "\nfive hundred\n");
  after += "end\n";
  EXPECT_EQ(unified_diff(before, after, "x", "y").size(),
            std::string("--- x\n+++ y\n@@ -498,7 +498,7 @@\n 497\n 498\n 499\n-500\n+five hundred\n 501\n 502\n 503\n"
                        "@@ -99998,3 +99998,4 @@\n 99997\n 99998\n 99999\n+end\n")
                .size());
}

TEST(TextDiff, GivesUpOnLinesWhereEverythingDiffers) {
  std::string before = "same\n", after = "same\n";
  for (int i = 0; i < 3000; ++i) before += "a" + std::to_string(i) + "\n", after += "b" + std::to_string(i) + "\n";
  EXPECT_EQ(patched(before, unified_diff(before, after, "x", "y")), after);
}

}  // namespace
}  // namespace oc::control_plane
