#include "collector/ottl/condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/record/json_value.h"

namespace oc::collector {
namespace {

using ::testing::HasSubstr;

class ConditionTest : public ::testing::Test {
 protected:
  ConditionTest() {
    record_.change(RecordRoot::kBody, arena_) = Value::of("GET /healthz 200");
    record_.change(RecordRoot::kResource, arena_) = *parse_json_value(R"({"svc":"shop"})", {}, arena_);
    record_.change(RecordRoot::kAttributes, arena_) =
        *parse_json_value(R"({"user":"bob","n":12,"o":{"d":{"e":1}},"list":["x","y"],"ok":true})", {}, arena_);
    record_.set_severity(13, "warn");
  }
  std::string result(std::string_view text, OttlContext context = OttlContext::kLog) {
    const auto condition = Condition::compile(text, context);
    if (!condition) return "refused: " + condition.error().text();
    const auto holds = condition->test(record_, arena_);
    return holds ? (*holds ? "true" : "false") : "error: " + holds.error().message;
  }

  Arena arena_;
  LogRecord record_;
};

TEST_F(ConditionTest, ReadsPaths) {
  EXPECT_EQ(result("log.attributes[\"user\"] == \"bob\" and attributes[\"n\"] == 12"), "true");
  EXPECT_EQ(result("resource.attributes[\"svc\"] == \"shop\""), "true");
  EXPECT_EQ(result("attributes[\"o\"][\"d\"][\"e\"] == 1 and attributes[\"list\"][1] == \"y\""), "true");
  EXPECT_EQ(result("severity_number >= SEVERITY_NUMBER_WARN and severity_text == \"warn\""), "true");
  EXPECT_EQ(result("body == \"GET /healthz 200\" and log.body.string != \"\""), "true");
  EXPECT_EQ(result("attributes[\"svc\"] == \"shop\"", OttlContext::kResource), "true");
  EXPECT_EQ(result("attributes[\"absent\"] == nil and time_unix_nano == 0"), "true");
}

TEST_F(ConditionTest, ValuesOfDifferentKindsAreUnequalAndNotOrdered) {
  EXPECT_EQ(result("attributes[\"n\"] == \"12\""), "false");
  EXPECT_EQ(result("attributes[\"n\"] != \"12\""), "true");
  EXPECT_EQ(result("attributes[\"user\"] > 1"), "false");
  EXPECT_EQ(result("attributes[\"absent\"] < 1"), "false");
  EXPECT_EQ(result("attributes[\"n\"] * 2 == (20 + 4)"), "true");
}

TEST_F(ConditionTest, JoinsWithAndOrNot) {
  EXPECT_EQ(result("false or true and true"), "true");
  EXPECT_EQ(result("not (IsMatch(body, \"^POST\") or attributes[\"ok\"] == false)"), "true");
  EXPECT_EQ(result("not IsString(attributes[\"n\"])"), "true");
  EXPECT_EQ(result("((attributes[\"n\"] == 12))"), "true");
}

TEST_F(ConditionTest, HasConverters) {
  EXPECT_EQ(result("IsMatch(body, \"/health\") and IsMatch(attributes[\"n\"], \"^12$\")"), "true");
  EXPECT_EQ(result("HasPrefix(attributes[\"user\"], \"bo\") and HasSuffix(body, \"200\") and Len(body) == 16"), "true");
  EXPECT_EQ(result("IsMap(attributes[\"o\"]) and IsList(attributes[\"list\"]) and Int(\"7\") == 7"), "true");
  EXPECT_EQ(result("Concat([attributes[\"user\"], \"x\"], \"-\") == \"bob-x\""), "true");
  EXPECT_EQ(result("ParseJSON(\"{\\\"a\\\":1}\")[\"a\"] == 1 and Split(body, \" \")[2] == \"200\""), "true");
}

TEST_F(ConditionTest, FailsWhereAConverterCannotAnswer) {
  EXPECT_THAT(result("HasPrefix(attributes[\"absent\"], \"x\")"), HasSubstr("error: HasPrefix: expected two texts"));
  EXPECT_THAT(result("ParseJSON(attributes[\"user\"])[\"x\"] == 1"), HasSubstr("error: not JSON"));
  EXPECT_THAT(result("Len(attributes[\"n\"]) == 1"), HasSubstr("error: Len"));
}

TEST_F(ConditionTest, RefusesWithTheirPlace) {
  EXPECT_THAT(result("log.bdy == \"x\""), HasSubstr("'log.bdy' is not a path that is known here (1:1) (did you mean"));
  EXPECT_THAT(result("IsMatsch(body, \"x\")"), HasSubstr("did you mean 'IsMatch'?"));
  EXPECT_THAT(result("IsMatch(body)"), HasSubstr("IsMatch takes 2 arguments, not 1"));
  EXPECT_THAT(result("IsMatch(body, \"[\")"), HasSubstr("refused"));
  EXPECT_THAT(result("body"), HasSubstr("a comparison such as == is missing"));
  EXPECT_THAT(result("(body == \"x\") == true"), HasSubstr("a value is expected here"));
  EXPECT_THAT(result("severity_number > SEVERITY_NUMBER_WORSE"), HasSubstr("there is no 'SEVERITY_NUMBER_WORSE'"));
  EXPECT_THAT(result(std::string(500, '(')), HasSubstr("nested too deeply"));
  EXPECT_THAT(result("body == \"x\" and"), HasSubstr("the condition ends too early"));
}

}  // namespace
}  // namespace oc::collector
