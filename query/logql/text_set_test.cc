#include "query/logql/text_set.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace oc::query {
namespace {

TEST(TextSet, FindsATextWhereverItLies) {
  const TextSet set({"needle", "pin", "a longer text than that"});
  for (const char* line : {"needle", "a needle", "pins", "..pin", "here is a longer text than that, too"})
    EXPECT_TRUE(set.found_in(line)) << line;
  for (const char* line : {"", "p", "pi", "needl", "a longer text", "NEEDLE"}) EXPECT_FALSE(set.found_in(line)) << line;
}

TEST(TextSet, TheEmptyTextIsInEveryLine) {
  const TextSet set({"needle", ""});
  EXPECT_TRUE(set.found_in(""));
  EXPECT_TRUE(set.found_in("hay"));
}

TEST(TextSet, FindsWhatLookingForEachFinds) {
  std::mt19937 random(1);
  const auto text = [&](std::size_t longest) {
    std::string made(random() % longest + 1, ' ');
    for (char& byte : made) byte = static_cast<char>("ab\0\xFF"[random() % 4]);
    return made;
  };
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::string> texts(1 + random() % 20);
    for (std::string& one : texts) one = text(12) + text(round % 12 + 1);
    const std::string line = text(30);
    EXPECT_EQ(TextSet(texts).found_in(line), std::ranges::any_of(texts, [&](auto& one) { return line.contains(one); }));
  }
}

}  // namespace
}  // namespace oc::query
