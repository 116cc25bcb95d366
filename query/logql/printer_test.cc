#include "query/logql/printer.h"

#include <gtest/gtest.h>

#include "query/logql/parser.h"

namespace oc::query {
namespace {

std::string printed(std::string_view query) {
  const auto parsed = parse_query(query);
  return parsed ? to_text(**parsed) : parsed.error().message;
}
std::string laid_out(std::string_view query) {
  const auto parsed = parse_query(query);
  return parsed ? to_pretty_text(**parsed) : parsed.error().message;
}

struct PrintCase {
  std::string_view query;
  std::string_view text;
};

// As Loki prints them.
constexpr PrintCase kPrinted[] = {
    {"{ app = \"api\" ,env=~\"p.*\"}|=\"x\"!=\"y\"|json|level=\"error\"",
     "{app=\"api\", env=~\"p.*\"} |= \"x\" != \"y\" | json | level=\"error\""},
    {"{a=\"b\"} |= \"x\" or \"y\" or ip(\"::1\") != \"p\" or \"q\"",
     "{a=\"b\"} |= \"x\" or \"y\" or ip(\"::1\") != \"p\" != \"q\""},
    {"{a=\"b\"} |> \"<_>x\" !> \"y\" |~ `a\\d` !~ \"b\"", "{a=\"b\"} |> \"<_>x\" !> \"y\" |~ \"a\\\\d\" !~ \"b\""},
    {"{a=\"b\"} | json x, y=\"p.q[0]\" | logfmt --keep-empty --strict z",
     "{a=\"b\"} | json x=\"x\",y=\"p.q[0]\" | logfmt --strict --keep-empty z=\"z\""},
    {"{a=\"b\"} | x>=1.50 or y<2h30m and z=10kB, w!=\"v\"",
     "{a=\"b\"} | ( x>=1.5 or ( y<2h30m0s , ( z==10kB , w!=\"v\" ) ) )"},
    {"{a=\"b\"} | x=1 and y=2 or z=3 w=4, v=5 and u=6",
     "{a=\"b\"} | ( ( x==1 , y==2 ) or ( z==3 , ( w==4 , ( v==5 , u==6 ) ) ) )"},
    {"{a=\"b\"} | ip=ip(\"10.0.0.0/8\") | drop x, y=\"1\" | keep z=~\"a.*\"",
     "{a=\"b\"} | ip=ip(\"10.0.0.0/8\") | drop x,y=\"1\" | keep z=~\"a.*\""},
    {"{a=\"b\"} | unpack | decolorize | pattern `<a> <_>` | regexp \"(?P<x>a)\" | line_format \"{{.x}}\"",
     "{a=\"b\"} | unpack | decolorize | pattern \"<a> <_>\" | regexp \"(?P<x>a)\" | line_format \"{{.x}}\""},
    {"{a=\"b\"} | label_format x=y, z=`{{.q}}\"`", "{a=\"b\"} | label_format x=y,z=\"{{.q}}\\\"\""},
    {"quantile_over_time(0.99,{app=\"api\"}|json|unwrap duration(x)|x>1[1m] offset 1h)by(a)",
     "quantile_over_time(0.99,{app=\"api\"} | json | unwrap duration(x) | x>1[1m] offset 1h0m0s) by (a)"},
    {"topk(3,sum(count_over_time({app=\"api\"}[90m]))by(app))/2",
     "(topk(3,sum by (app)(count_over_time({app=\"api\"}[1h30m]))) / 2)"},
    {"sum without()(rate({a=\"b\"}[7d])) >bool on(x) group_left(y,z) vector(1)",
     "(sum without ()(rate({a=\"b\"}[1w])) > bool on (x) group_left (y,z) vector(1.000000))"},
    {"label_replace(rate({a=\"b\"}[1m]),\"a\",\"$1\",\"b\",\"(.*)\")",
     "label_replace(rate({a=\"b\"}[1m]),\"a\",\"$1\",\"b\",\"(.*)\")"},
    {"vector(1) or vector(2) unless vector(3)", "(vector(1.000000) or (vector(2.000000) unless vector(3.000000)))"},
    {"{a=\"b\"} | x=~\"err|warn\" | x=~\"(?i)abc.*\" | x=~\"a.c\" | x!~\"a.c\"",
     "{a=\"b\"} | x=~\"err|warn\" | x=~\"(?i)abc.*\" | x=~`a.c` | x!~\"a.c\""},
    {"{a=\"b\"} | x=~\"a|b\" | x=~\"foo|bar|baz\" | x=~\"bar|foo|baz\"",
     "{a=\"b\"} | x=~`a|b` | x=~`foo|bar|baz` | x=~\"bar|foo|baz\""},
    {"{a=\"b\"} |= `x\r\n`", "{a=\"b\"} |= \"x\\r\\n\""},
    {"1e21 * 3", "3e+21"},
    {"-00 * 1", "0"},
    {"{a=\"b\"} | x > -00", "{a=\"b\"} | x>0"},
};

TEST(Printer, PrintsOnOneLineAsLokiDoes) {
  for (const auto& [query, text] : kPrinted) EXPECT_EQ(printed(query), text) << query;
}

TEST(Printer, WhatItPrintsReadsAsTheSameQuery) {
  for (const auto& [query, text] : kPrinted) EXPECT_EQ(printed(printed(query)), text) << query;
}

// Recorded from Loki's format_query.
TEST(Printer, BreaksLongExpressionsOverLines) {
  EXPECT_EQ(laid_out("sum(rate({app=\"api\"}[5m])) + on(app) group_left(x) sum by (app) (rate({app=\"db\"}[5m] offset "
                     "1h)) > bool 1"),
            "    sum(rate({app=\"api\"}[5m]))\n  + on (app) group_left (x)\n"
            "    sum by (app)(rate({app=\"db\"}[5m] offset 1h0m0s))\n> bool\n  1");
  EXPECT_EQ(laid_out("sum without(a) (count_over_time({app=\"averyveryverylongname\", env=\"averyveryverylongname\", "
                     "region=\"averyveryverylongname\"} |= \"a long filter text\" [5m]))"),
            "sum without (a)(\n  count_over_time(\n    {app=\"averyveryverylongname\", env=\"averyveryverylongname\", "
            "region=\"averyveryverylongname\"}\n      |= \"a long filter text\" [5m]\n  )\n)");
  const std::string selector = "{app=\"" + std::string(100, 'a') + "\"}";
  EXPECT_EQ(laid_out("rate(" + selector + " [5m] offset -90m)"), "rate(\n  " + selector + " [5m] offset -1h30m\n)");
}

TEST(Printer, KeepsTheMeaningOfOperandsItBreaks) {
  const std::string sum =
      "(sum(rate({app=\"a rather long name of an application\"}[5m])) + "
      "sum(rate({app=\"another long name of an application\"}[5m])))";
  const auto text = laid_out(sum + " * 2");
  EXPECT_EQ(printed(text), printed(sum + " * 2")) << text;
}

}  // namespace
}  // namespace oc::query
