#include "formats/regex/needed_texts.h"

#include <gtest/gtest.h>

namespace oc::formats {
namespace {

std::vector<std::string> needed_by(std::string_view pattern) {
  const auto simple = SimplePattern::compile(pattern);
  return simple ? needed_texts(simple->program()) : std::vector<std::string>{"(not followed)"};
}

using Texts = std::vector<std::string>;

TEST(NeededTexts, AreTheLongestOfWhatEveryMatchHolds) {
  EXPECT_EQ(needed_by("id=[0-9]+7 "), Texts{"id="});
  EXPECT_EQ(needed_by("a.*took \\d+ms"), Texts{"took "});
  EXPECT_EQ(needed_by("^(\\w+): (?P<what>refused)$"), Texts{"refused"});
}

TEST(NeededTexts, OfAlternativesAreOneOfEach) {
  EXPECT_EQ(needed_by("timed? ?out|refused"), (Texts{"refused", "time"}));
  EXPECT_EQ(needed_by("(GET|POST) /api"), Texts{" /api"});
  EXPECT_EQ(needed_by("x(error|failure)"), (Texts{"error", "failure"}));
}

TEST(NeededTexts, AreNotWhatMayBeMissing) {
  EXPECT_EQ(needed_by("(error)?"), Texts());
  EXPECT_EQ(needed_by("ab(error)?cde"), (Texts{"cde", "error"}));
  EXPECT_EQ(needed_by("error|[0-9]+"), Texts());
  EXPECT_EQ(needed_by("erro*r"), Texts{"err"});
  EXPECT_EQ(needed_by("[0-9]{3}$"), Texts());
  EXPECT_EQ(needed_by(""), Texts());
}

TEST(NeededTexts, AreNotCollectedBeyondASmallNumber) {
  std::string many = "w0";
  for (int i = 1; i < 17; ++i) many += "|w" + std::to_string(i);
  EXPECT_EQ(needed_by(many), Texts());
}

}  // namespace
}  // namespace oc::formats
