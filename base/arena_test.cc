#include "base/arena.h"

#include <gtest/gtest.h>

namespace oc {
namespace {

TEST(Arena, NothingCanBeTakenFirst) {
  Arena arena;
  EXPECT_NE(arena.array<int>(0), nullptr);
  EXPECT_EQ(arena.copy("after"), "after");
}

TEST(Arena, PiecesAreAlignedAndKeepWhatIsInThem) {
  Arena arena;
  const auto text = arena.copy("abc");
  auto* numbers = arena.array<std::uint64_t>(2);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers) % alignof(std::uint64_t), 0u);
  numbers[0] = numbers[1] = ~std::uint64_t{0};
  auto* large = arena.array<char>(1 << 20);
  large[(1 << 20) - 1] = 'x';
  EXPECT_EQ(text, "abc");
  EXPECT_EQ(numbers[1], ~std::uint64_t{0});
  EXPECT_GE(arena.bytes(), 1u << 20);
}

}  // namespace
}  // namespace oc
