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
Split split(std::string_view bytes, std::uint64_t offset = 0, const LineRules& rules = {},
            std::span<const std::uint64_t> cuts = {}) {
  std::vector<contracts::otlp::LogRecordView> views;
  Split result;
  result.taken = split_lines(bytes, offset, rules, cuts, views);
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
  const LineRules rules{.max_line_bytes = 4};
  EXPECT_EQ(split("abcdefghij\nx\n", 0, rules).records, (Records{{0, "abcd"}, {4, "efgh"}, {8, "ij"}, {11, "x"}}));
  EXPECT_EQ(split("abcd\nx\n", 0, rules).records, (Records{{0, "abcd"}, {5, "x"}}));
  EXPECT_EQ(split("abcd", 0, rules).taken, 0u) << "the next byte may be the newline";
}

TEST(SplitLines, EndsARecordAtACut) {
  const std::uint64_t cuts[] = {10, 13, 20};
  EXPECT_EQ(split("abcdef\nghij", 10, {}, cuts).records, (Records{{10, "abc"}, {13, "def"}, {17, "ghi"}}));
  EXPECT_EQ(split("ab", 10, {}, cuts).taken, 0u);
}

TEST(SplitLines, GivesTheSameRecordsHoweverTheBytesArrive) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "ab \n\r"[random() % 5];
    text += '\n';
    const std::uint64_t cuts[] = {random() % 100, 100 + random() % 100};
    const LineRules rules{.max_line_bytes = 7};
    const auto whole = split(text, 0, rules, cuts);
    Records pieces;
    std::uint64_t at = 0;
    for (std::size_t seen = 1; seen <= text.size(); seen += 1 + random() % 9) {
      const auto piece =
          split(std::string_view(text).substr(at, std::max<std::size_t>(seen, at) - at), at, rules, cuts);
      pieces.insert(pieces.end(), piece.records.begin(), piece.records.end());
      at += piece.taken;
    }
    const auto last = split(std::string_view(text).substr(at), at, rules, cuts);
    pieces.insert(pieces.end(), last.records.begin(), last.records.end());
    EXPECT_EQ(pieces, whole.records);
    EXPECT_EQ(at + last.taken, text.size());
  }
}

LineRules by_pattern(const char* pattern, bool at_start, bool omits = false) {
  return {.multiline = {std::make_shared<const re2::RE2>(std::string("(?m)") + pattern), at_start, omits}};
}

TEST(SplitLines, ARecordMayBeginAtAPattern) {
  const auto rules = by_pattern("^S ", true);
  const auto result = split("before\nS one\n  more\nS two\n", 0, rules);
  EXPECT_EQ(result.records, (Records{{0, "before"}, {7, "S one\n  more"}}));
  EXPECT_EQ(result.taken, 20u) << "the last one may go on";
  const std::uint64_t cuts[] = {26};
  EXPECT_EQ(split("S two\n", 20, rules, cuts).records, (Records{{20, "S two"}}));
  EXPECT_EQ(split("S two\n", 20, by_pattern("^S ", true, true), cuts).records, (Records{{20, "two"}}));
}

TEST(SplitLines, ARecordMayEndAtAPattern) {
  EXPECT_EQ(split("one\ntwo END\nthree END\nrest", 0, by_pattern("END", false)).records,
            (Records{{0, "one\ntwo END"}, {11, "three END"}}));
  EXPECT_EQ(split("one END1\n", 0, by_pattern("END\\d", false, true)).records, (Records{{0, "one"}}));
  EXPECT_EQ(split("one END", 0, by_pattern("END", false)).taken, 0u) << "the match may go on";
}

TEST(SplitLines, LongRecordsOfSeveralLinesAreCut) {
  auto rules = by_pattern("^S ", true);
  rules.max_line_bytes = 8;
  EXPECT_EQ(split("S 123456789\nx\nS ok\nS", 0, rules).records, (Records{{0, "S 123456"}, {8, "789\nx"}}));
}

TEST(SplitLines, KeepsWhiteSpaceAndCutsWhatIsTooMuch) {
  EXPECT_EQ(split(" a \r\n\n", 0, {.keeps_front = true, .keeps_back = true}).records, (Records{{0, " a "}}));
  EXPECT_EQ(split("abcdef\ngh\n", 0, {.kept_bytes = 3}).records, (Records{{0, "abc"}, {7, "gh"}}));
}

TEST(SplitLines, AUnitOfUtf16EndsALine) {
  const std::string text("a\0\x0A\x4E\n\0b\0", 8);  // U+4E0A is no line end
  const auto result = split(text, 0, {.line_end = LineEnd::kUtf16le});
  EXPECT_EQ(result.records, (Records{{0, std::string("a\0\x0A\x4E", 4)}}));
  EXPECT_EQ(result.taken, 6u);
}

}  // namespace
}  // namespace oc::collector
