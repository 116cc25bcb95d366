#include "agent/log_format/record_splitter.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::agent {
namespace {

using testing::ElementsAre;

std::vector<std::size_t> numbers(const std::vector<bool>& starts) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (starts[i]) out.push_back(i + 1);
  }
  return out;
}

std::vector<std::size_t> by_grammar(const std::vector<std::string_view>& lines) {
  return numbers(split_by_grammar(lines));
}

// Lines that begin with ">" are heads.
std::vector<std::size_t> at_heads(const std::vector<std::string_view>& lines) {
  std::vector<bool> heads;
  for (const auto line : lines) heads.push_back(line.starts_with('>'));
  return numbers(split_at_heads(lines, heads));
}

TEST(SplitByGrammar, JoinsJavaTracesWithTheirCauses) {
  EXPECT_THAT(by_grammar({"java.lang.IllegalArgumentException: Negative", "\tat a.B.c(B.java:1)",
                          "Caused by: java.io.IOException: x", "second line", "\t... 2 more",
                          "java.lang.IllegalArgumentException: Negative", "\tat a.B.c(B.java:1)", "ready"}),
              ElementsAre(1, 6, 8));
}

TEST(SplitByGrammar, JoinsPythonTracesThatAreChained) {
  EXPECT_THAT(
      by_grammar({"Traceback (most recent call last):", "  File \"a.py\", line 1, in f", "    g()", "KeyError: 1", "",
                  "During handling of the above exception, another exception occurred:", "",
                  "Traceback (most recent call last):", "  File \"a.py\", line 2, in f", "ValueError: 2",
                  "Traceback (most recent call last):", "  File \"a.py\", line 1, in f", "KeyError: 1", "ready"}),
      ElementsAre(1, 11, 14));
}

TEST(SplitByGrammar, JoinsGoPanicsWithAllGoroutines) {
  EXPECT_THAT(by_grammar({"panic: my panic", "", "goroutine 4 [running]:", "main.f(0x1)", "\t/a.go:1 +0x1",
                          "created by main.main", "\t/a.go:2", "exit status 2", "starting again"}),
              ElementsAre(1, 9));
}

TEST(SplitByGrammar, JoinsNodeErrorsWithTheCodeAboveThem) {
  EXPECT_THAT(by_grammar({"/srv/n.js:3", "throw new Error('x')", "      ^", "", "Error: x", "    at f (/srv/n.js:3:1)",
                          "", "Node.js v20.1.0", "ready"}),
              ElementsAre(1, 9));
}

TEST(SplitByGrammar, JoinsRubyRustAndSanitizers) {
  EXPECT_THAT(by_grammar({"a.rb:1:in `f': oops (RuntimeError)", "\tfrom a.rb:2:in `g'", "next"}), ElementsAre(1, 3));
  EXPECT_THAT(by_grammar({"thread 'main' panicked at r.rs:1:3:", "index out of bounds", "stack backtrace:", "   0: f",
                          "note: run with x", "next"}),
              ElementsAre(1, 6));
  EXPECT_THAT(by_grammar({"==================", "WARNING: ThreadSanitizer: data race", "  Read of size 4", "",
                          "SUMMARY: x", "==================", "next"}),
              ElementsAre(1, 7));
}

TEST(SplitByGrammar, ABackslashAtTheEndGoesOn) { EXPECT_THAT(by_grammar({"a \\", "b", "c"}), ElementsAre(1, 3)); }

TEST(SplitAtHeads, ATraceBelongsToAHeadThatSpeaksOfFailure) {
  EXPECT_THAT(at_heads({"> ERROR job", "java.io.IOException: x", "\tat a.B.c(B.java:1)", "> INFO b"}),
              ElementsAre(1, 4));
  EXPECT_THAT(at_heads({"> unhandled failure", "panic: x", "", "goroutine 1 [running]:", "> b"}), ElementsAre(1, 5));
}

TEST(SplitAtHeads, ATraceBehindAHarmlessHeadStandsAlone) {
  EXPECT_THAT(at_heads({"> INFO cache miss", "java.io.IOException: x", "\tat a.B.c(B.java:1)", "> INFO b"}),
              ElementsAre(1, 2, 4));
}

TEST(SplitAtHeads, ASecondTraceIsARecordOfItsOwn) {
  EXPECT_THAT(at_heads({"> ERROR failed", "Traceback (most recent call last):", "  File \"a.py\", line 1, in f",
                        "KeyError: 1", "panic: x", "", "goroutine 1 [running]:"}),
              ElementsAre(1, 5));
}

TEST(SplitAtHeads, OtherTextGoesOn) {
  EXPECT_THAT(at_heads({"> INFO body:", "{", "  \"a\": 1", "}", "total 3", "", "> INFO b"}), ElementsAre(1, 7));
}

TEST(SplitAtHeads, TheFirstLineIsARecordEvenIfItIsNoHead) {
  EXPECT_THAT(at_heads({"\tat a.B.c(B.java:1)", "> a"}), ElementsAre(1, 2));
}

}  // namespace
}  // namespace oc::agent
