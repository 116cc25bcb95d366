#include "formats/json_fields.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::formats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> fields(std::string_view line) {
  std::vector<std::string> out;
  const auto status = for_each_json_field(
      line, [&](std::string_view key, std::string_view value) { out.push_back(fmt::format("{}={}", key, value)); });
  if (!status) out.push_back("error");
  return out;
}

TEST(JsonFields, JoinsNestedKeysWithUnderscores) {
  EXPECT_THAT(fields(R"({"a":"1","b":{"c":"2","d":{"e":"3"}},"f":"4"})"),
              ElementsAre("a=1", "b_c=2", "b_d_e=3", "f=4"));
}

TEST(JsonFields, SkipsArraysAndGivesNullAnEmptyValue) {
  EXPECT_THAT(fields(R"({"a":[1,{"x":2}],"b":null,"c":true})"), ElementsAre("b=", "c=true"));
}

TEST(JsonFields, KeepsNumbersAsTheyAreWritten) {
  EXPECT_THAT(fields(R"({"a":1.50,"b":-2e+3,"c":12345678901234567890123})"),
              ElementsAre("a=1.50", "b=-2e+3", "c=12345678901234567890123"));
}

TEST(JsonFields, SanitisesNames) {
  EXPECT_THAT(fields(R"({"log.level":"x","1st":"y","a":{"2nd":"z"}," sp ü ":"u"})"),
              ElementsAre("log_level=x", "_1st=y", "a_2nd=z", "sp__=u"));
}

TEST(JsonFields, ResolvesEscapes) {
  EXPECT_THAT(fields(R"({"a":"x\n\"y\" \u00fc \ud83d\ude00"})"), ElementsAre("a=x\n\"y\" ü 😀"));
  EXPECT_THAT(fields(R"({"a":"lone \ud83d surrogate"})"), ElementsAre("a=lone \uFFFD surrogate"));
}

TEST(JsonFields, DropsBytesThatAreNotUtf8) {
  EXPECT_THAT(fields("{\"a\":\"x\xff\xfey\",\"b\":\"z\"}"), ElementsAre("a=xy", "b=z"));
}

TEST(JsonFields, RefusesWhatIsNotAnObject) {
  for (const char* line : {"", "plain text", "[1,2]", "\"a\"", "12", "{\"a\":", "{\"a\":\"b"}) {
    EXPECT_THAT(fields(line), testing::Contains("error")) << line;
  }
}

TEST(JsonFields, RefusesInvalidScalars) {
  EXPECT_THAT(fields(R"({"a":nope})"), testing::Contains("error"));
  EXPECT_THAT(fields(R"({"a":1x})"), testing::Contains("error"));
}

TEST(JsonFields, RefusesObjectsThatNestTooDeep) {
  std::string deep;
  for (int i = 0; i <= kMaxJsonDepth; ++i) deep += "{\"a\":";
  deep += "1" + std::string(kMaxJsonDepth + 1, '}');
  EXPECT_THAT(fields(deep), ElementsAre("error"));
}

TEST(JsonFields, StopsWhenTheSinkHasEnough) {
  int calls = 0;
  const auto status = for_each_json_field(R"({"a":{"b":1,"c":2},"d":3})", [&](std::string_view, std::string_view) {
    ++calls;
    return false;
  });
  EXPECT_TRUE(status);
  EXPECT_EQ(calls, 1);
}

TEST(JsonFields, ASinkMayParseAgain) {
  std::string inner;
  const auto status =
      for_each_json_field(R"({"log":"{\"a\":\"1\"}","z":"2"})", [&](std::string_view key, std::string_view value) {
        if (key == "log") {
          EXPECT_EQ(fields(value), std::vector<std::string>{"a=1"});
        } else {
          inner = value;
        }
      });
  EXPECT_TRUE(status);
  EXPECT_EQ(inner, "2");
}

TEST(JsonMembers, KeepNamesAsWrittenAndNestedValuesAsText) {
  std::vector<std::string> out;
  const auto status = for_each_json_member(
      R"({"log.level":"info","t":{"$date":"x"},"n":[1, 2],"k":7})",
      [&](std::string_view key, std::string_view value) { out.push_back(fmt::format("{}={}", key, value)); });
  EXPECT_TRUE(status);
  EXPECT_THAT(out, ElementsAre("log.level=info", R"(t={"$date":"x"})", "n=[1, 2]", "k=7"));
}

TEST(SanitizedLabelName, ReplacesWhatALabelNameMayNotHold) {
  EXPECT_EQ(sanitized_label_name("a-b.c", true), "a_b_c");
  EXPECT_EQ(sanitized_label_name("9x", true), "_9x");
  EXPECT_EQ(sanitized_label_name("9x", false), "9x");
  EXPECT_THAT(sanitized_label_name("  ", true), IsEmpty());
}

}  // namespace
}  // namespace oc::formats
