#include "base/hash_index.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace oc {
namespace {

TEST(HashIndex, GivesEachThingThePlaceItWasAddedAt) {
  for (const std::uint64_t different_hashes : {1u, 7u, 1'000'000u}) {  // things may have the same
    HashIndex index;
    std::vector<std::string> things;
    std::mt19937_64 random(3);
    for (int i = 0; i < 3'000; ++i) {
      const std::string thing = std::to_string(random() % 800);
      const std::uint64_t hash = std::hash<std::string>()(thing) % different_hashes * 0x9E3779B97F4A7C15u;
      const auto place = index.find_or_add(hash, [&](std::uint32_t at) { return things[at] == thing; });
      if (place == things.size()) things.push_back(thing);
      ASSERT_EQ(things[place], thing);
    }
    EXPECT_EQ(index.size(), things.size());
    EXPECT_LE(things.size(), 800u);
  }
}

TEST(HashIndex, IsEmptyAgainOnceCleared) {
  HashIndex index;
  const auto never = [](std::uint32_t) { return true; };
  EXPECT_EQ(index.find_or_add(1, never), 0u);
  EXPECT_EQ(index.find_or_add(2, never), 1u);
  EXPECT_EQ(index.find_or_add(1, never), 0u);
  index.clear();
  EXPECT_EQ(index.size(), 0u);
  EXPECT_EQ(index.find_or_add(2, never), 0u);
}

}  // namespace
}  // namespace oc
