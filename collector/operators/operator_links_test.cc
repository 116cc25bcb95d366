// A record that goes more than one way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/operators/test_operators.h"

namespace oc::collector {
namespace {

using operators_test::records_of;
using ::testing::HasSubstr;

TEST(OperatorLinks, SeveralOutputsGetARecordEach) {
  EXPECT_EQ(records_of("[{type: add, id: s, field: attributes.in.all, value: 1, output: [a, b]},"
                       " {type: add, id: a, field: attributes.in.a, value: 1, output: end},"
                       " {type: add, id: b, field: attributes.in.b, value: 1, output: end}, {type: noop, id: end}]",
                       "x"),
            R"("x" {"in":{"a":1,"all":1}} 0 0 ; "x" {"in":{"all":1,"b":1}} 0 0 )");
}

TEST(OperatorLinks, WithoutAnOutputOfItsOwnABranchGoesOnWithTheNext) {
  EXPECT_EQ(records_of("[{type: noop, output: [a, b]}, {type: add, id: a, field: attributes.a, value: 1},"
                       " {type: add, id: b, field: attributes.b, value: 1}]",
                       "x"),
            R"("x" {"a":1,"b":1} 0 0 ; "x" {"b":1} 0 0 )");
}

TEST(OperatorLinks, UnchangedRecordsAreSeveralToo) {
  const auto chain = OperatorChain::parse(
      *parse_config_text("[{type: noop, output: [a, b]}, {type: noop, id: a}, {type: noop, id: b}]", "f"), "x");
  ASSERT_TRUE(chain);
  auto batch = std::make_shared<LogBatch>();
  batch->stream = std::make_shared<LogStream>();
  batch->records = {{"1", 0}, {"2", 2}};
  batch->range.end = 4;
  const auto parts = (*chain)->run(batch, {}).parts;
  ASSERT_EQ(parts.size(), 1u);
  ASSERT_EQ(parts[0]->records.size(), 4u);
  EXPECT_EQ(parts[0]->records[1].offset, 0u);
  EXPECT_EQ(parts[0]->records[3].body, "2");
}

TEST(OperatorLinks, OnlyWhatComesToNoEndIsLeftOut) {
  const std::string branches =
      "[{type: noop, output: [a, b]}, {type: filter, id: a, expr: 'body contains \"a\"', output: end},"
      " {type: filter, id: b, expr: 'body contains \"b\"', output: end},"
      " {type: add, id: end, field: attributes.end, value: 1}]";
  EXPECT_EQ(records_of(branches, "a"), R"("a" {"end":1} 0 0 )");
  EXPECT_EQ(records_of(branches, "b"), R"("b" {"end":1} 0 0 )");
  EXPECT_EQ(records_of(branches, "ab"), "left out");
  EXPECT_EQ(records_of(branches, "-"), R"("-" {"end":1} 0 0 ; "-" {"end":1} 0 0 )");
}

TEST(OperatorLinks, ARouteMayHaveSeveralOutputsAndExpressionsInItsAttributes) {
  const std::string router =
      "[{type: router, routes: [{expr: 'body == \"x\"', output: [a, b],"
      "                          attributes: {r: 'is EXPR(body + \"!\"), EXPR(body)', n: 'EXPR(1)', t: 'EXPR(open'}}],"
      "  default: [a, c]},"
      " {type: add, id: a, field: attributes.a, value: 1, output: c}, {type: add, id: b, field: attributes.b, value: "
      "1},"
      " {type: noop, id: c}]";
  EXPECT_EQ(records_of(router, "x"), R"("x" {"a":1,"r":"is x!, x","t":"EXPR(open"} 0 0 ; )"
                                     R"("x" {"b":1,"r":"is x!, x","t":"EXPR(open"} 0 0 )");
  EXPECT_EQ(records_of(router, "y"), R"("y" {"a":1} 0 0 ; "y" {} 0 0 )");
  EXPECT_THAT(records_of("[{type: router, routes: [{expr: 'true', output: a, attributes: {r: 'EXPR(1 +)'}}]},"
                         " {type: noop, id: a}]",
                         ""),
              HasSubstr("'attributes.r'"));
}

TEST(OperatorLinks, WhatJoinsMayHaveSeveralOutputsButNotComeBehindThem) {
  EXPECT_EQ(records_of("[{type: container, add_metadata_from_filepath: false, output: [a, b]},"
                       " {type: add, id: a, field: attributes.a, value: 1, output: end},"
                       " {type: filter, id: b, expr: 'true', output: end}, {type: noop, id: end}]",
                       "2024-04-13T07:59:37Z stdout F text"),
            R"("text" {"a":1,"log.iostream":"stdout","logtag":"F"} 1712995177000000000 0 )");
  EXPECT_THAT(records_of("[{type: noop, output: [a, c]}, {type: noop, id: a}, {type: container, id: c}]", ""),
              HasSubstr("operator 'c' joins records, behind one with several outputs"));
}

TEST(FilterOperator, DropsAShareOfWhatMatches) {
  std::size_t left = 0;
  constexpr std::size_t kLines = 2'000;
  for (std::size_t i = 0; i < kLines; ++i)
    left += records_of("[{type: filter, expr: 'body == \"x\"', drop_ratio: 0.25}]", "x") == "left out";
  EXPECT_NEAR(static_cast<double>(left), 0.25 * kLines, 0.1 * kLines);
  EXPECT_EQ(records_of("[{type: filter, expr: 'true', drop_ratio: 0}]", "x"), "unchanged");
  EXPECT_THAT(records_of("[{type: filter, expr: 'true', drop_ratio: 1.5}]", "x"), HasSubstr("'drop_ratio'"));
}

}  // namespace
}  // namespace oc::collector
