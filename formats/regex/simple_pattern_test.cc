#include "formats/regex/simple_pattern.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include "formats/regex/needed_texts.h"

namespace oc::formats {
namespace {

using Outcome = SimplePattern::Outcome;

constexpr std::size_t kGroups = 12;

// What RE2 says: nothing, or where the groups are; those that took no part are empty.
std::optional<std::vector<std::string_view>> by_re2(const re2::RE2& regex, std::string_view text) {
  std::vector<re2::StringPiece> found(kGroups);
  if (!regex.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, found.data(), kGroups))
    return std::nullopt;
  std::vector<std::string_view> groups;
  for (const auto& group : found) groups.emplace_back(group.data(), group.size());
  return groups;
}

// Same answer and, of what is not empty, the same place.
void expect_the_same(const std::string& pattern, const std::string& text) {
  const auto simple = SimplePattern::compile(pattern);
  if (!simple) return;
  std::vector<std::string_view> groups(kGroups);
  const auto outcome = simple->find(text, groups);
  if (outcome == Outcome::kUndecided) return;
  const auto wanted = by_re2(re2::RE2(pattern, re2::RE2::Quiet), text);
  ASSERT_EQ(outcome == Outcome::kMatch, wanted.has_value()) << pattern << " on " << text;
  if (!wanted) return;
  const auto needed = needed_texts(simple->program());
  ASSERT_TRUE(needed.empty() || std::ranges::any_of(needed, [&](const auto& one) { return text.contains(one); }))
      << text << " has none of what " << pattern << " needs";
  for (std::size_t i = 0; i < kGroups; ++i) {
    ASSERT_EQ(groups[i], (*wanted)[i]) << "group " << i << " of " << pattern << " on " << text;
    if (!groups[i].empty()) {
      ASSERT_EQ(groups[i].data(), (*wanted)[i].data()) << pattern << " on " << text;
    }
  }
}

TEST(SimplePattern, FollowsWhatLogsAreTakenApartWith) {
  const char* patterns[] = {
      R"x(^(?P<time>\S+) (?P<level>\S+) \[(?P<service>[^\]]*)\] (?P<message>.*)$)x",
      R"x(^(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+) (?P<p>[^"]*)" (?P<s>\d{3}) (?P<b>\d+|-)$)x",
      R"x(^(?P<level>INFO|WARN|ERROR) (?:user (?P<user>\d+) |id=(?P<id>\S+) )?(?P<rest>.*)$)x",
      R"x(level=(?P<level>\w+?)\b)x",
      R"x((?P<key>\w+)=(?P<value>"[^"]*"|[^ ]*))x",
      R"x(^\d{4}-\d\d-\d\d[T ](?P<clock>[0-9:.]+)(?P<zone>Z|[+-]\d{2}:?\d{2})?)x",
      R"x((?P<first>.*?),(?P<second>.*),(?P<third>.*))x",
      R"x(^$)x",
      R"x(a|ab|abc)x",
      R"x((a|ab)(c|bcd)(d?))x",
      R"x(x?y?(z+)?$)x"};
  const char* texts[] = {"",
                         "2025-11-22T08:26:40.000Z INFO [a b] hello] w",
                         R"(10.0.0.1 - bob [22/Nov/2025:08:26:40 +0000] "GET /x HTTP/1.1" 200 -)",
                         "INFO user 12 rest",
                         "WARN id=x y",
                         "ERROR user x",
                         "a level=warn b",
                         R"(k="v w" l=3)",
                         "2025-11-22 08:26:40+01:00",
                         "a,b,c,d",
                         "abcd",
                         "abc",
                         "xyzz",
                         "zz\n",
                         "grüße, 你好, x",
                         "line\nbreak, in, it"};
  for (const auto* pattern : patterns)
    for (const auto* text : texts) expect_the_same(pattern, text);
}

TEST(SimplePattern, LeavesTheOthersToTheEngine) {
  for (const auto* pattern :
       {R"(a(?i)info)", R"((?i)é)", R"(\bword\b)", R"((ab)*)",  R"((ab)+)",   R"(a**)",   R"([[:alpha:]]+)", R"(\pL+)",
        R"([é]+)",      R"(.{3})",  R"((?s).)",    R"(^a|b)",   R"(a^b)",     R"(é+)",    R"((a)",           R"(a))",
        R"([a)",        R"(\)",     R"([z-a])",    R"(a{2,1})", R"(a{1001})", R"(x{,3})", R"((?P<n)"})
    EXPECT_FALSE(SimplePattern::compile(pattern)) << pattern;
}

TEST(SimplePattern, CaseIsNotLookedAtWhereThePatternSaysSo) {
  for (const auto* pattern : {"(?i)error|fail(ed)?", "(?i)^[^a-c]+K[s-t]", "(?i)a{2}b+"})
    for (const auto* text :
         {"an ERROR", "Failed", "fAIL", "xyzKS", "Aks", "aABbB", "none", "\xe2\x84\xaa s", "\xc5\xbf"})
      expect_the_same(pattern, text);
  const auto simple = SimplePattern::compile("(?i)k");
  ASSERT_TRUE(simple);
  EXPECT_EQ(simple->find("\xe2\x84\xaa", {}), Outcome::kUndecided) << "the sign of Kelvin is a k";
}

TEST(SimplePattern, GivesUpWhereItWouldGoBackForLong) {
  const auto simple = SimplePattern::compile("(a*)(a*)(a*)(a*)(a*)b");
  ASSERT_TRUE(simple);
  std::vector<std::string_view> groups(kGroups);
  EXPECT_EQ(simple->find(std::string(1000, 'a'), groups), Outcome::kUndecided);
}

TEST(SimplePattern, SaysNoOnlyWhenItHasTriedAllWays) {
  const std::string digits = "x014" + std::string(100, '0');
  const std::string words = "a b c d 404 " + std::string(200, ' ') + " 404 rt=0.1 and rt=0.2 more";
  for (const char* pattern : {"x[0-9]+.*14", "^x[0-9]+.*14", "^.*0.*14", "^(.*)(0+)14", "^.* .* .*404 .*rt=0\\.1"})
    for (const std::string& text : {digits, words}) expect_the_same(pattern, text);
}

// Patterns and texts of few letters, so that they meet.
class RandomPattern {
 public:
  explicit RandomPattern(unsigned seed) : random_(seed) {}
  std::string pattern() {
    groups_ = 0;
    return std::string(below(6) == 0 ? "(?i)" : "") + (below(3) == 0 ? "^" : "") + alternatives(3) +
           (below(3) == 0 ? "$" : "");
  }
  std::string text() {
    static const std::string kPieces[] = {"a", "b", "c", "ab", "abc", " ", "1", "12", "é", "\n", "-", "A", "aB"};
    std::string text;
    // Few are so long that the steps for them are not enough.
    for (auto left = below(16) == 0 ? 150 : below(12); left > 0; --left) text += kPieces[below(std::size(kPieces))];
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string alternatives(int depth) {
    auto text = sequence(depth);
    while (depth > 0 && below(4) == 0) text += "|" + sequence(depth - 1);
    return text;
  }
  std::string sequence(int depth) {
    std::string text;
    for (auto left = below(5); left > 0; --left) text += item(depth);
    return text;
  }
  std::string item(int depth) {
    static const std::string kAtoms[] = {"a",   "b",   "ab",   "1",     " ",      "é",   ".",       "\\d", "\\w",
                                         "\\s", "\\S", "[ab]", "[^a ]", "[a-c1]", "\\D", "[^\\d-]", "-",   "\\."};
    static const std::string kTimes[] = {"", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,}"};
    if (depth > 0 && groups_ + 1 < kGroups && below(4) == 0) {
      const bool captures = below(2) == 0;
      if (captures) ++groups_;
      const auto inside = alternatives(depth - 1);
      static const std::string kOptional[] = {"", "?", "??"};
      return (captures ? "(" : "(?:") + inside + ")" + kOptional[below(3)];
    }
    return kAtoms[below(std::size(kAtoms))] + kTimes[below(std::size(kTimes))];
  }
  std::mt19937 random_;
  std::size_t groups_ = 0;
};

TEST(SimplePattern, FindsWhatTheEngineFinds) {
  RandomPattern random(7);
  std::size_t simple = 0;
  constexpr int kPatterns = 20'000, kTexts = 8;
  for (int i = 0; i < kPatterns; ++i) {
    const auto pattern = random.pattern();
    if (!SimplePattern::compile(pattern)) continue;
    ASSERT_TRUE(re2::RE2(pattern, re2::RE2::Quiet).ok()) << pattern;
    ++simple;
    for (int n = 0; n < kTexts; ++n) {
      expect_the_same(pattern, random.text());
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(simple, 5'000u) << "most are left to the engine: nothing is tested";
}

TEST(ByteSet, GoesAsFarAsTheBytesAreInIt) {
  std::mt19937 random(3);
  for (const std::size_t left_out : {0u, 1u, 3u, 6u, 7u, 200u, 256u}) {
    ByteSet::Bits bits;
    bits.set();
    while (256 - bits.count() < left_out) bits.reset(random() % 256);
    const ByteSet set(bits);
    for (int i = 0; i < 300; ++i) {
      std::string text(random() % 70, '\0');
      for (char& c : text) c = static_cast<char>(random());
      std::size_t wanted = 0;
      while (wanted < text.size() && set.contains(text[wanted])) ++wanted;
      ASSERT_EQ(set.span(text), wanted);
    }
  }
}

}  // namespace
}  // namespace oc::formats
