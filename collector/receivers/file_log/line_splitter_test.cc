#include "collector/receivers/file_log/line_splitter.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace oc::collector {
namespace {

using Records = std::vector<std::pair<std::uint64_t, std::string>>;

struct Split {
  Records records;
  std::uint64_t taken = 0;
};
Split split(std::string_view bytes, std::uint64_t offset = 0, LineRules rules = {}) {
  std::vector<contracts::otlp::LogRecordView> views;
  Split result;
  result.taken = split_lines(bytes, offset, rules, views);
  for (const auto& view : views) result.records.emplace_back(view.offset, view.body);
  return result;
}

TEST(SplitLines, TakesWholeLinesOnlyAndSaysWhereEachBegins) {
  const auto result = split("one\ntwo\nunfinished", 100);
  EXPECT_EQ(result.records, (Records{{100, "one"}, {104, "two"}}));
  EXPECT_EQ(result.taken, 8u);
}

TEST(SplitLines, LeavesOutBlanksAtTheEndsAndLinesOfNothingElse) {
  const auto result = split("\n  \t\r\n \tkept inside  \r\n\n");
  EXPECT_EQ(result.records, (Records{{6, "kept inside"}}));
  EXPECT_EQ(result.taken, 24u);
}

TEST(SplitLines, SplitsALineThatIsTooLong) {
  LineRules rules{.max_line_bytes = 4, .cuts = {}};
  EXPECT_EQ(split("abcdefghij\nx\n", 0, rules).records, (Records{{0, "abcd"}, {4, "efgh"}, {8, "ij"}, {11, "x"}}));
  EXPECT_EQ(split("abcd\nx\n", 0, rules).records, (Records{{0, "abcd"}, {5, "x"}}));
  EXPECT_EQ(split("abcd", 0, rules).taken, 0u) << "the next byte may be the newline";
}

TEST(SplitLines, EndsARecordAtACut) {
  const std::uint64_t cuts[] = {10, 13, 20};
  EXPECT_EQ(split("abcdef\nghij", 10, {.cuts = cuts}).records, (Records{{10, "abc"}, {13, "def"}, {17, "ghi"}}));
  EXPECT_EQ(split("ab", 10, {.cuts = cuts}).taken, 0u);
}

TEST(SplitLines, GivesTheSameRecordsHoweverTheBytesArrive) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "ab \n\r"[random() % 5];
    text += '\n';
    const std::uint64_t cuts[] = {random() % 100, 100 + random() % 100};
    const LineRules rules{.max_line_bytes = 7, .cuts = cuts};
    const auto whole = split(text, 0, rules);
    Records pieces;
    std::uint64_t at = 0;
    for (std::size_t seen = 1; seen <= text.size(); seen += 1 + random() % 9) {
      const auto piece = split(std::string_view(text).substr(at, std::max<std::size_t>(seen, at) - at), at, rules);
      pieces.insert(pieces.end(), piece.records.begin(), piece.records.end());
      at += piece.taken;
    }
    const auto last = split(std::string_view(text).substr(at), at, rules);
    pieces.insert(pieces.end(), last.records.begin(), last.records.end());
    EXPECT_EQ(pieces, whole.records);
    EXPECT_EQ(at + last.taken, text.size());
  }
}

}  // namespace
}  // namespace oc::collector
