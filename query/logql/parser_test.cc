#include "query/logql/parser.h"

#include <gtest/gtest.h>

#include "query/logql/limits.h"
#include "query/logql/printer.h"

namespace oc::query {
namespace {

std::string error_of(std::string_view query) {
  const auto parsed = parse_query(query);
  return parsed ? "" : parsed.error().message;
}

struct ErrorCase {
  std::string_view query;
  std::string_view message;
};

// Recorded from Loki.
constexpr ErrorCase kErrors[] = {
    {"", "parse error : syntax error: unexpected $end"},
    {"{", "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }"},
    {"{app}", "parse error at line 1, col 5: syntax error: unexpected }, expecting = or =~ or !~ or !="},
    {"{app=api}", "parse error at line 1, col 6: syntax error: unexpected IDENTIFIER, expecting STRING"},
    {R"({app="\p"})", "parse error at line 1, col 6: invalid char escape"},
    {R"({app="\400"})", "parse error at line 1, col 6: invalid syntax"},
    {"{app='api'}", "parse error at line 1, col 6: invalid char literal"},
    {"{app=\"api\"} |= ''", "parse error at line 1, col 16: invalid char literal"},
    {"{app=\"api\"} |= 'x\n'", "parse error at line 1, col 16: literal not terminated"},
    {R"({app='\q'})", "parse error at line 1, col 6: invalid char escape"},
    {R"({app='\''})", "parse error at line 1, col 6: syntax error: unexpected IDENTIFIER, expecting STRING"},
    {"sum by ('é') (rate({a=\"b\"}[1m]))", ""},
    {"{app=\"api\",\u00a0env=\"prod\"}",
     "parse error at line 1, col 13: syntax error: unexpected IDENTIFIER, expecting = or =~ or !~ or !="},
    {"{a½b=\"api\"}",
     "parse error at line 1, col 3: syntax error: unexpected IDENTIFIER, expecting = or =~ or !~ or !="},
    {"sum\u00a0(rate({a=\"b\"}[1m]))",
     "parse error at line 1, col 4: syntax error: unexpected IDENTIFIER, expecting ( or by or without"},
    {"{ab\xFF=\"c\"}", "parse error at line 1, col 2: invalid UTF-8 encoding"},
    {"{app=~\"(\", env}", "parse error : error parsing regexp: missing closing ): `(`"},
    {"{a]p=\"api\"}", "parse error at line 1, col 3: syntax error: unexpected ], expecting = or =~ or !~ or !="},
    {"{!app=\"api\"}",
     "parse error at line 1, col 3: syntax error: unexpected IDENTIFIER, expecting = or =~ or !~ or !="},
    {"{app==\"api\"}", "parse error at line 0, col 5: syntax error: unexpected ==, expecting = or =~ or !~ or !="},
    {"{app=\"api\",}", "parse error at line 1, col 12: syntax error: unexpected }, expecting IDENTIFIER"},
    {"{app=\"api\"} |= foo",
     "parse error at line 1, col 16: syntax error: unexpected IDENTIFIER, expecting STRING or ip"},
    {"{app=\"api\"} | a > 5 or",
     "parse error at line 1, col 23: syntax error: unexpected $end, expecting IDENTIFIER or ("},
    {"{app=\"api\"}[5m]", "parse error at line 0, col 12: syntax error: unexpected RANGE"},
    {"count_over_time({app=\"api\"}[5])", "parse error at line 0, col 28: not a valid duration string: \"5\""},
    {"count_over_time({app=\"api\"}[5m)", "parse error at line 0, col 28: missing closing ']' in duration"},
    {"sum({app=\"api\"})", "parse error at line 1, col 16: syntax error: unexpected )"},
    {"sum by app (count_over_time({app=\"api\"}[5m]))",
     "parse error at line 1, col 1: syntax error: unexpected IDENTIFIER"},
    {"{app=\"api\"} + 1", "parse error : unexpected type for left leg of binary operation (+): *syntax.MatchersExpr"},
    {"vector(x)", "parse error at line 1, col 8: syntax error: unexpected IDENTIFIER, expecting NUMBER"},
    {"0x1F", "parse error : unable to parse literal as a float: strconv.ParseFloat: parsing \"0x1F\": invalid syntax"},
    {"{a=\"b\"} | unwrap x", "parse error at line 1, col 11: syntax error: unexpected unwrap"},
    {"rate({a=\"b\"} | unwrap (x) [1m])",
     "parse error at line 1, col 23: syntax error: unexpected (, expecting IDENTIFIER or BYTES_CONV or DURATION_CONV "
     "or "
     "DURATION_SECONDS_CONV"},
    {"rate({a=\"b\"} | unwrap sum(x) [1m])",
     "parse error at line 1, col 23: syntax error: unexpected SUM, expecting IDENTIFIER or BYTES_CONV or DURATION_CONV "
     "or "
     "DURATION_SECONDS_CONV"},
    {"rate({a=\"b\"} | unwrap x)", "parse error at line 1, col 24: syntax error: unexpected ), expecting RANGE or |"},
    {"rate(a)", "parse error at line 1, col 6: syntax error: unexpected IDENTIFIER, expecting NUMBER or { or ("},
    {"rate(({a=\"b\"}) x)", "parse error at line 1, col 16: syntax error: unexpected IDENTIFIER, expecting RANGE"},
    {"rate({a=\"b\"}[1m] x)", "parse error at line 1, col 18: syntax error: unexpected IDENTIFIER, expecting )"},
    {"rate({a=\"b\"} |= \"x\" [1m] | json)", "parse error at line 1, col 26: syntax error: unexpected |, expecting )"},
    {"count without (sum) (rate({a=\"b\"}[1m]))", ""},
    {"count without (rate (x))",
     "parse error at line 1, col 16: syntax error: unexpected RATE, expecting IDENTIFIER or )"},
    {"sum by (x y) (rate({a=\"b\"}[1m]))",
     "parse error at line 1, col 11: syntax error: unexpected IDENTIFIER, expecting , or )"},
    {"sum by (x) rate({a=\"b\"}[1m])", "parse error at line 1, col 12: syntax error: unexpected RATE, expecting ("},
    {"{a=\"b\"} | label_format x=",
     "parse error at line 1, col 26: syntax error: unexpected $end, expecting IDENTIFIER or STRING"},
    {"{a=\"b\"} | json --strict", "parse error at line 0, col 16: syntax error: unexpected FUNCTION_FLAG"},
    {"{a=\"b\"} /* x", "parse error at line 1, col 9: comment not terminated"},
    {"topk(0, rate({a=\"b\"}[1m]))", "parse error : invalid parameter (must be greater than 0) topk(0"},
    {"sum(3, rate({a=\"b\"}[1m]))", "parse error : unsupported parameter for operation sum(3,"},
    {"sum(sum_over_time({a=\"b\"}[1m]) oops)", "parse error at line 1, col 32: syntax error: unexpected IDENTIFIER"},
    {"vector(0x1F)",
     "parse error : unable to parse vectorExpr as a float: strconv.ParseFloat: parsing \"0x1F\": invalid syntax"},
    {"08", "parse error at line 1, col 1: invalid digit '8' in octal literal"},
    {"{app=~\".*\"}",
     "parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible "
     "value. For instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will"},
};

TEST(Parser, SaysWhatIsWrongAndWhereInLokisWords) {
  for (const auto& [query, message] : kErrors) EXPECT_EQ(error_of(query), message) << query;
}

TEST(Parser, TakesWhatLokiTakes) {
  for (const auto* query :
       {"{ app = \"api\" , pod=~\"a.*\" } |= \"x\" or \"y\" != `z`", "({app=\"api\"})", "{a=\"b\"} # a comment",
        "{a=\"b\"} | json | logfmt --strict --keep-empty a, b=\"c\"",
        "{a=\"b\"} | (x > 1.5 or y=\"z\") and d <= 5m, s < 1KB t = 2",
        "count_over_time(({a=\"b\"} |= \"x\")[5m] offset 1h)", "count_over_time({a=\"b\"}[5m] offset -24h |= \"x\")",
        "{a=\"b\"} // a comment of Go's\n/* and another */ |= \"x\"", "SUM(rate({a=\"b\"}[1m])) BY (x)",
        "\uFEFF{größe=\"x\"}", "sum without () (rate({a=\"b\"}[1m])) > bool 1", "vector(1)+vector(1)", "-1 + .5e3"}) {
    EXPECT_EQ(error_of(query), "") << query;
  }
}

TEST(Parser, HostileNestingIsAnErrorNotAnEndOfTheStack) {
  const auto repeated = [](std::string_view text) {
    std::string result;
    while (result.size() < kMaxQueryBytes / 2) result += text;
    return result;
  };
  for (const auto* opening : {"(", "sum(", "1+(", "count_over_time(", "{a=\"b\"} | (", "1 ^ "}) {
    EXPECT_NE(error_of(repeated(opening)), "") << opening;
  }
  EXPECT_NE(error_of("{a=\"b\"} | " + repeated("(")).find("nested deeper than"), std::string::npos);
  EXPECT_NE(error_of("vector(1)" + repeated("+vector(1)")).find("more than"), std::string::npos);
  for (const auto* part : {"| json ", "|= \"x\" ", "| x=1 ", "| drop y ", "!= \"x\" or \"y\" "}) {
    EXPECT_NE(error_of("{a=\"b\"} " + repeated(part)).find("expressions in one query"), std::string::npos) << part;
  }
  for (const auto* part : {"|~ \"x.\" ", "| x=~\"y.\" ", "| drop y=~\"z.\" ", "| regexp \"(?P<x>.)\" "}) {
    EXPECT_NE(error_of("{a=\"b\"} " + repeated(part)).find("more than 100 regular"), std::string::npos) << part;
  }
  EXPECT_NE(error_of("{a=\"b\"} | x=1" + repeated(" or x=1")).find("more than"), std::string::npos);
}

TEST(Parser, RefusesQueriesThatAreTooLong) {
  EXPECT_EQ(error_of(std::string(kMaxQueryBytes, ' ')), "parse error : input size too long (131072 > 131072)");
}

TEST(Parser, LabelApisTakeMatchersOnly) {
  EXPECT_EQ(to_text(*parse_matchers("{app=\"api\", env!~\"p.*\"}")), "{app=\"api\", env!~\"p.*\"}");
  EXPECT_EQ(parse_matchers("{app=\"db\"} |= \"x\"").error().message, "only label matchers are supported");
  EXPECT_TRUE(parse_matchers("{}", Selectivity::kAny)->empty());
  EXPECT_EQ(parse_matchers("{} |= \"x\"", Selectivity::kAny).error().message, "only label matchers are supported");
}

}  // namespace
}  // namespace oc::query
