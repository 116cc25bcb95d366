#include "formats/logfmt.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::formats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Parsed {
  bool whole = false;
  std::vector<std::string> fields;
};

Parsed parse(std::string_view line) {
  Parsed out;
  out.whole = for_each_logfmt_field(line, [&](std::string_view key, std::string_view value) {
    out.fields.push_back(fmt::format("{}={}", key, value));
  });
  return out;
}

TEST(Logfmt, SplitsPairs) {
  const auto parsed = parse("ts=2026-03-11T08:14:02Z level=info a-b=1");
  EXPECT_TRUE(parsed.whole);
  EXPECT_THAT(parsed.fields, ElementsAre("ts=2026-03-11T08:14:02Z", "level=info", "a-b=1"));
}

TEST(Logfmt, QuotedValuesHoldSpacesAndEscapes) {
  const auto parsed = parse(R"(msg="hi \"there\" a=b\n" next=1 empty="")");
  EXPECT_TRUE(parsed.whole);
  EXPECT_THAT(parsed.fields, ElementsAre("msg=hi \"there\" a=b\n", "next=1", "empty="));
}

TEST(Logfmt, AKeyAloneHasTheEmptyValue) { EXPECT_THAT(parse("alone  b= c").fields, ElementsAre("alone=", "b=", "c=")); }

TEST(Logfmt, LeavesDamagedPairsOutAndGoesOn) {
  const auto parsed = parse(R"(good=1 =2 x"y=3 z=4=5 bad="\q" last=6)");
  EXPECT_FALSE(parsed.whole);
  EXPECT_THAT(parsed.fields, ElementsAre("good=1", "last=6"));
}

TEST(Logfmt, MayEndAtTheFirstDamagedPair) {
  std::vector<std::string> keys;
  EXPECT_FALSE(for_each_logfmt_field(
      R"(good=1 x"y=3 last=6)", [&](std::string_view key, std::string_view) { keys.emplace_back(key); },
      DamagedPairs::kEndWalk));
  EXPECT_THAT(keys, ElementsAre("good"));
}

TEST(Logfmt, AQuoteThatNeverEndsTakesTheRest) {
  const auto parsed = parse("good=1 bad=\"unterminated x=2");
  EXPECT_FALSE(parsed.whole);
  EXPECT_THAT(parsed.fields, ElementsAre("good=1"));
}

TEST(Logfmt, AnEmptyLineHasNoPairs) {
  EXPECT_TRUE(parse("").whole);
  EXPECT_THAT(parse(" \t ").fields, IsEmpty());
}

}  // namespace
}  // namespace oc::formats
