#include "collector/expr/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/expr/functions.h"
#include "collector/record/json_value.h"

namespace oc::collector {
namespace {

using ::testing::HasSubstr;

class ExpressionTest : public ::testing::Test {
 protected:
  explicit ExpressionTest() {
    record_.change(RecordRoot::kAttributes, arena_) = json(R"({"env":"prod","dotted.key":"d","n":3})");
    record_.change(RecordRoot::kResource, arena_) = json(R"({"svc":"shop"})");
    body(R"({"msg":"Error: disk full","n":5,"f":1.5,"b":true,"z":null,"list":["a","b"],"o":{"k":"v"}})");
  }
  Value json(std::string_view text) { return *parse_json_value(text, {}, arena_); }
  void body(std::string_view text) { record_.change(RecordRoot::kBody, arena_) = json(text); }
  void line(std::string_view text) { record_.change(RecordRoot::kBody, arena_) = Value::of(text); }

  std::string result(std::string_view text) {
    const auto expression = Expression::compile(text);
    if (!expression) return "refused: " + expression.error().text();
    const auto value = expression->evaluate(record_, arena_);
    return value ? contracts::otlp::to_json(*value) : "error: " + value.error().message;
  }
  bool holds(std::string_view text) { return result(text) == "true"; }

  Arena arena_;
  LogRecord record_;
};

TEST_F(ExpressionTest, ReadsTheRecord) {
  EXPECT_EQ(result("body.msg"), "\"Error: disk full\"");
  EXPECT_EQ(result("$.o.k"), "\"v\"");
  EXPECT_EQ(result("attributes[\"dotted.key\"]"), "\"d\"");
  EXPECT_EQ(result("resource.svc + '/' + attributes.env"), "\"shop/prod\"");
  EXPECT_EQ(result("body.absent"), "null");
  EXPECT_EQ(result("body.absent?.more"), "null");
  EXPECT_EQ(result("body.list[-1]"), "\"b\"");
}

TEST_F(ExpressionTest, ComparesAndCalculates) {
  EXPECT_TRUE(holds("body.n == 5 and body.f < 2"));
  EXPECT_TRUE(holds("body.n > 4 && body.n <= 5 || false"));
  EXPECT_TRUE(holds("body.n in [1, 5] and body.n in 1..9 and 4 not in [1, 5]"));
  EXPECT_TRUE(holds("-body.n < 0 and body.n / 2 == 2.5 and body.n ** 2 == 25"));
  EXPECT_EQ(result("1 + 2 * 3"), "7");
  EXPECT_EQ(result("7 % 4"), "3");
  EXPECT_EQ(result("2 ** 3 ** 2"), "512");
  EXPECT_EQ(result("body.absent ?? 'none'"), "\"none\"");
  EXPECT_EQ(result("body.b ? 1 : 2"), "1");
  EXPECT_EQ(result("let x = 2; x * x"), "4");
}

TEST_F(ExpressionTest, TestsTexts) {
  line("WARN say a b");
  EXPECT_TRUE(holds("body matches '^(?i)warn' and body contains 'a b' and body startsWith \"WARN\""));
  EXPECT_TRUE(holds("not (body endsWith 'x')"));
  EXPECT_TRUE(holds("body not contains 'x'"));
  EXPECT_TRUE(holds("len(body) == 12 and lower(body) contains 'warn' and body[0:4] == 'WARN'"));
  EXPECT_FALSE(holds("attributes.absent contains 'x'")) << "nil contains nothing";
}

TEST_F(ExpressionTest, HasLoopsAndFunctions) {
  EXPECT_TRUE(holds("any(body.list, # == 'b') and all(body.list, {# in ['a', 'b']}) and none(body.list, # == 'z')"));
  EXPECT_TRUE(holds("count(body.list, # == 'a') == 1 and keys(body.o) == ['k']"));
  EXPECT_TRUE(holds("split('a,b', ',')[1] == 'b' and join(['a', 'b'], '/') == 'a/b'"));
  EXPECT_TRUE(holds("fromJSON('{\"a\":1}').a == 1 and toJSON([1]) == \"[\\n  1\\n]\""));
  EXPECT_TRUE(holds("max(1, 5) == 5 and abs(-3) == 3 and int('7') == 7 and string(5) == '5'"));
  EXPECT_TRUE(holds("('  x ' | trim() | upper()) == 'X'"));
  EXPECT_TRUE(holds("type(body) == 'map' and type(nil) == 'nil'"));
}

TEST_F(ExpressionTest, HasFunctionsOfLists) {
  EXPECT_EQ(result("sort([3, 1, 2], 'desc')"), "[3,2,1]");
  EXPECT_EQ(result("sortBy(['ccc', 'a', 'bb'], len(#))"), "[\"a\",\"bb\",\"ccc\"]");
  EXPECT_EQ(result("reverse(uniq(concat([1], [1, 2])))"), "[2,1]");
  EXPECT_EQ(result("flatten([1, [2, [3]]]) | take(2)"), "[1,2]");
  EXPECT_EQ(result("sum([1, 2.5]) + sum([1, 2], # * 2)"), "9.5");
  EXPECT_EQ(result("mean([1, 2]) + median([3, 1, 2])"), "3.5");
  EXPECT_EQ(result("reduce([1, 2, 3], #acc + #) + reduce([1], #acc + #, 10)"), "17");
  EXPECT_EQ(result("map(['a', 'b'], #index)"), "[0,1]");
  EXPECT_EQ(result("findLastIndex([1, 2, 1], # == 1)"), "2");
  EXPECT_EQ(result("groupBy(body.list, #).a"), "[\"a\"]");
  EXPECT_EQ(result("count([true, false, true])"), "2");
  EXPECT_EQ(result("fromPairs(toPairs(body.o)).k"), "\"v\"");
  EXPECT_EQ(result("get(body.list, 9) ?? get(body, 'n')"), "5");
  EXPECT_EQ(result("max([]) ?? first(body.absent)"), "null");
}

TEST_F(ExpressionTest, HasFunctionsOfTextsAndBits) {
  EXPECT_EQ(result("upper('äß') + lower('Ж')"), "\"Äßж\"");
  EXPECT_EQ(result("replace('aaa', 'a', 'b', 2)"), "\"bba\"");
  EXPECT_EQ(result("splitAfter('a,b', ',')"), "[\"a,\",\"b\"]");
  EXPECT_EQ(result("fromBase64(toBase64('hello'))"), "\"hello\"");
  EXPECT_EQ(result("fromBase64('!!')"), "error: fromBase64(): not base64");
  EXPECT_EQ(result("[bitand(5, 3), bitor(5, 3), bitxor(5, 3), bitnand(5, 3), bitnot(5)]"), "[1,7,6,4,-6]");
  EXPECT_EQ(result("[bitshl(1, 3), bitshr(-8, 1), bitushr(-8, 1), bitshl(1, 64)]"), "[8,-4,9223372036854775804,0]");
  EXPECT_EQ(result("string(1234567.0) + string(100000.0)"), "\"1.234567e+06100000\"");
  EXPECT_TRUE(holds(R"(toJSON("<&>") == "\"\\u003c\\u0026\\u003e\"")"));
}

TEST_F(ExpressionTest, HasBranchesAndOptionalPlaces) {
  EXPECT_EQ(result("if body.b { 1 } else { 2 }"), "1");
  EXPECT_EQ(result("if false {1} else if false {2} else {3}"), "3");
  EXPECT_EQ(result("body.absent?.['k'] ?? body.o?.['k']"), "\"v\"");
  EXPECT_EQ(result("{('a' + 'b'): 1, 2: 3}"), R"({"2":3,"ab":1})");
  EXPECT_EQ(result("body.list[body.f]"), "\"b\"") << "numbers of JSON are doubles";
  EXPECT_EQ(result("body.msg[0]"), "69");
}

TEST_F(ExpressionTest, ConstantsDecideWhereTheOtherSideCannotBeWorkedOut) {
  EXPECT_EQ(result("body.absent < 3 or true"), "true");
  EXPECT_EQ(result("false and body.absent < 3"), "false");
  EXPECT_EQ(result("body.n and true"), "5");
}

TEST_F(ExpressionTest, KnowsTheTime) {
  record_.set_time(1'714'979'289'000'000'000);  // 2024-05-06T07:08:09Z
  EXPECT_TRUE(holds("timestamp.Year() == 2024 and timestamp.Month() == 5 and timestamp.Hour() == 7"));
  EXPECT_TRUE(holds("timestamp.Weekday() == 1 and timestamp.YearDay() == 127"));
}

TEST_F(ExpressionTest, FailsWhereTypesDoNotFit) {
  EXPECT_EQ(result("body.n contains body.n"), "error: float contains float cannot be worked out");
  EXPECT_THAT(result("body.o > 3"), HasSubstr("error: map > int"));
  EXPECT_THAT(result("body.list[9]"), HasSubstr("error: there is no element 9"));
  EXPECT_THAT(result("body.absent.more"), HasSubstr("error: cannot take 'more' from nil"));
  EXPECT_THAT(result("body.absent and body.b"), HasSubstr("error: nil is neither true nor false"));
  EXPECT_THAT(result("sort([1, 'a'])"), HasSubstr("error: sort() of texts and numbers"));
  EXPECT_THAT(result("map(1..1000, map(1..1000, #))"), HasSubstr("error: the expression takes too long"));
}

TEST_F(ExpressionTest, SeverityIsNotShownAsInTheOfficialCollector) {
  record_.set_severity(17, "error");
  EXPECT_FALSE(holds("severity_text == 'error' or severity_number == 17"));
}

TEST_F(ExpressionTest, RefusesWithTheirPlace) {
  EXPECT_THAT(result("body matches \"[\""), HasSubstr("(1:6)"));
  EXPECT_THAT(result("bdy == 'x'"), HasSubstr("'bdy' is not known (1:1) (did you mean 'body'?)"));
  EXPECT_THAT(result("body ==\n == 1"), HasSubstr("(2:2)"));
  EXPECT_THAT(result("lenght(body)"), HasSubstr("there is no function 'lenght'"));
  EXPECT_THAT(result("'open"), HasSubstr("the text is not closed"));
  EXPECT_THAT(result("body)EXPR(body"), HasSubstr("')' is not expected here (1:5)"));
  EXPECT_THAT(result(std::string(500, '(')), HasSubstr("nested too deeply"));
  EXPECT_THAT(result("timestamp.Sunday()"), HasSubstr("timestamp.Sunday() is not supported"));
}

TEST_F(ExpressionTest, AConditionMustBeAbleToBeTrue) {
  const auto refused = Expression::compile_condition("1 + 2");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("expected bool, but got number"));
  EXPECT_TRUE(Expression::compile_condition("body.b"));
}

TEST(GoText, IsWrittenAsGoDoes) {
  Arena arena;
  EXPECT_EQ(expr::go_text(*parse_json_value(R"({"b":[1,"x",null],"a":1e21,"c":0.00001})", {}, arena)),
            "map[a:1e+21 b:[1 x <nil>] c:1e-05]");
}

}  // namespace
}  // namespace oc::collector
