#include "formats/regex/template_pattern.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace oc::formats {
namespace {

using Outcome = SimplePattern::Outcome;

TemplatePiece gap(std::string_view bytes, std::uint32_t least, std::uint32_t most) {
  TemplatePiece piece{.least = least, .most = most};
  for (const char byte : bytes) piece.bytes.set(static_cast<unsigned char>(byte));
  return piece;
}
constexpr std::string_view kDigits = "0123456789";

struct Line {
  std::string text;
  std::vector<std::size_t> starts;  // of the pieces, and the end
  std::size_t at(TemplatePosition position) const { return starts[position.piece] + position.offset; }
};

Line line_of(const std::vector<TemplatePiece>& pieces, std::mt19937& dice) {
  Line line;
  for (const auto& piece : pieces) {
    line.starts.push_back(line.text.size());
    line.text += piece.text;
    if (!piece.is_gap()) continue;
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte)
      if (piece.bytes[static_cast<std::size_t>(byte)]) bytes += static_cast<char>(byte);
    for (auto length = piece.least + dice() % (piece.most - piece.least + 1); length > 0; --length)
      line.text += bytes[dice() % bytes.size()];
  }
  line.starts.push_back(line.text.size());
  return line;
}

// Whether the template decides; if it does, every line must agree.
bool decides(const std::string& expression, const std::vector<TemplatePiece>& pieces, std::mt19937& dice) {
  const auto pattern = SimplePattern::compile(expression);
  if (!pattern) return false;
  std::vector<TemplateSpan> spans(6);
  const auto outcome = find_in_template(*pattern, pieces, spans);
  for (int i = 0; i < 20 && outcome != Outcome::kUndecided; ++i) {
    const Line line = line_of(pieces, dice);
    std::vector<std::string_view> groups(spans.size());
    const auto wanted = pattern->find(line.text, groups);
    if (wanted == Outcome::kUndecided) continue;
    EXPECT_EQ(outcome, wanted) << expression << " on " << line.text;
    if (outcome != Outcome::kMatch) continue;
    for (std::size_t group = 0; group < spans.size(); ++group) {
      const auto begin = line.at(spans[group].begin), end = line.at(spans[group].end);
      EXPECT_EQ(line.text.substr(begin, end - begin), groups[group]) << expression << " on " << line.text;
      if (!groups[group].empty()) {
        EXPECT_EQ(line.text.data() + begin, groups[group].data()) << expression << " on " << line.text;
      }
    }
  }
  return outcome != Outcome::kUndecided;
}

std::vector<TemplatePiece> log_line() {
  return {gap("0123456789-:.TZ", 20, 24),
          {.text = " INFO [cart] user "},
          gap(kDigits, 1, 6),
          {.text = " took "},
          gap(kDigits, 1, 3),
          {.text = "ms from 10."},
          gap("0123456789.", 5, 11)};
}

TEST(TemplatePattern, IsDecidedOnceForAllLinesWhereTheValuesDoNotMatter) {
  std::mt19937 dice(1);  // NOLINT: the same lines each time
  EXPECT_TRUE(decides(R"(\[(?P<service>\w+)\])", log_line(), dice));
  EXPECT_TRUE(decides(R"(\] (?P<first>\w+) )", log_line(), dice));
  EXPECT_TRUE(decides(R"(^(?P<time>\S+) (?P<level>\S+) \[(?P<service>[^\]]*)\] (?P<message>.*)$)", log_line(), dice));
  EXPECT_TRUE(decides(R"(user (?P<user>\d+) took (?P<took>\d+)ms)", log_line(), dice));
  EXPECT_TRUE(decides("no such text", log_line(), dice));
  EXPECT_TRUE(decides(R"(^(?P<level>INFO|WARN) )", log_line(), dice));
}

TEST(TemplatePattern, AWordIsNotLookedForWhereNoValueCanHoldIt) {
  std::mt19937 dice(3);  // NOLINT: the same lines each time
  const std::vector<TemplatePiece> pieces = {
      {.text = "id="}, gap("0123456789abcdef", 8, 8), {.text = " duration="}, gap(kDigits, 1, 4)};
  EXPECT_TRUE(decides(R"(duration=(\d+))", pieces, dice)) << "an id may hold a d, and no u";
  EXPECT_FALSE(decides(R"(d duration=(\d+))", pieces, dice)) << "an id may end with a d";
  EXPECT_FALSE(decides("dad", pieces, dice));
}

TEST(TemplatePattern, IsUndecidedWhereTheValuesMatter) {
  std::mt19937 dice(2);  // NOLINT: the same lines each time
  EXPECT_FALSE(decides("42", log_line(), dice));
  EXPECT_FALSE(decides(R"(user (\d{3}))", log_line(), dice));
  EXPECT_FALSE(decides(R"(user (1|\d+) )", log_line(), dice));
  EXPECT_FALSE(decides(R"(\d\d:\d\d)", log_line(), dice));
  EXPECT_FALSE(decides("caf\xc3\xa9", {{.text = "caf\xc3\xa9 "}, gap(kDigits, 1, 2)}, dice)) << "left to the lines";
}

TEST(TemplatePattern, TellsWhichPiecesAGroupHolds) {
  const auto pattern = SimplePattern::compile(R"(user (?P<user>\d+) took)");
  ASSERT_TRUE(pattern);
  std::vector<TemplateSpan> groups(2);
  ASSERT_EQ(find_in_template(*pattern, log_line(), groups), Outcome::kMatch);
  EXPECT_EQ(groups[1].begin, (TemplatePosition{2, 0}));
  EXPECT_EQ(groups[1].end, (TemplatePosition{3, 0})) << "the gap, and nothing else";
}

std::string random_pattern(std::mt19937& dice, int depth) {
  constexpr std::string_view kParts[] = {"a",     "1",     "b1",         R"(\d+)", R"(\w*)", R"(\S+?)", ".*", ".+?",
                                         "[^a]*", "[ab]?", "[0-4]{1,3}", " ",      "x{2}",   R"(\D)",   "="};
  std::string made;
  for (auto parts = 1 + dice() % 4; parts > 0; --parts) {
    const auto kind = depth > 0 ? dice() % 6 : 0;
    if (kind == 1) made += "(" + random_pattern(dice, depth - 1) + ")";
    if (kind == 2) made += "(?:" + random_pattern(dice, depth - 1) + "|" + random_pattern(dice, depth - 1) + ")";
    if (kind == 3) made += "(" + random_pattern(dice, depth - 1) + ")?";
    if (kind == 0 || kind > 3) made += kParts[dice() % std::size(kParts)];
  }
  return made;
}

std::vector<TemplatePiece> random_template(std::mt19937& dice) {
  constexpr std::string_view kTexts[] = {"a", "b ", "ab=", "1", " 12 ", "xx", "=", "aAb B"};
  constexpr std::string_view kGaps[] = {"01234", "0123456789", "ab", "a1", "xyz", "0123456789abcdef"};
  std::vector<TemplatePiece> pieces;
  for (auto count = dice() % 6; count > 0; --count) {
    const auto least = static_cast<std::uint32_t>(dice() % 3);
    if (dice() % 2 == 0)
      pieces.push_back({.text = kTexts[dice() % std::size(kTexts)]});
    else
      pieces.push_back(
          gap(kGaps[dice() % std::size(kGaps)], least, std::max(1u, least + static_cast<std::uint32_t>(dice() % 4))));
  }
  return pieces;
}

TEST(TemplatePattern, AgreesWithEveryLineOfRandomTemplates) {
  std::mt19937 dice(3);  // NOLINT: the same lines each time
  int decided = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string expression = random_pattern(dice, 2);
    if (dice() % 4 == 0) expression = "^" + expression;
    if (dice() % 4 == 0) expression += "$";
    if (dice() % 6 == 0) expression = "(?i)" + expression;
    decided += decides(expression, random_template(dice), dice) ? 1 : 0;
    if (HasFailure()) break;
  }
  EXPECT_GT(decided, 4'000) << "or the test shows little";
}

}  // namespace
}  // namespace oc::formats
