// The functions of metric queries. Numbers that are not obvious were computed by hand.
#include <gmock/gmock.h>

#include "query/logql/engine_fixture.h"

namespace oc::query {
namespace {

class MetricQuery : public EngineTest {
 protected:
  void SetUp() override {
    const double values[] = {4, 1, 7, 2};
    for (int i = 0; i < 4; ++i)
      add({{"app", "a"}, {"pod", "p1"}}, 10 * (i + 1), fmt::format("v={} t=100ms s=1KB", values[i]));
    add({{"app", "a"}, {"pod", "p2"}}, 45, "v=10 t=2s s=2KB");
    add({{"app", "b"}, {"pod", "p3"}}, 50, "v=none");
  }
  std::string over_time(const std::string& function) const {
    return instant(function + "_over_time({pod=\"p1\"} | logfmt | unwrap v [1m]) by (app)");
  }
};

TEST_F(MetricQuery, UnwrappedValuesOverARange) {
  EXPECT_EQ(instant("sum_over_time({pod=\"p1\"} | logfmt | unwrap v [1m])"), "{app=a,pod=p1,s=1KB,t=100ms} 14\n");
  EXPECT_EQ(over_time("avg"), "{app=a} 3.5\n");
  EXPECT_EQ(over_time("min"), "{app=a} 1\n");
  EXPECT_EQ(over_time("max"), "{app=a} 7\n");
  EXPECT_EQ(over_time("first"), "{app=a} 4\n");
  EXPECT_EQ(over_time("last"), "{app=a} 2\n");
  EXPECT_EQ(over_time("stdvar"), "{app=a} 5.25\n");
  EXPECT_EQ(instant("quantile_over_time(0.5, {pod=\"p1\"} | logfmt | unwrap v [1m]) by (app)"), "{app=a} 3\n");
  EXPECT_EQ(instant("quantile_over_time(2, {pod=\"p1\"} | logfmt | unwrap v [1m]) by (app)"), "{app=a} +Inf\n");
  EXPECT_EQ(instant("sum(rate({app=\"a\"} | logfmt | unwrap v [1m]))"), "{} 0.4\n");
}

TEST_F(MetricQuery, UnwrapConvertsDurationsAndSizes) {
  EXPECT_EQ(instant("sum(sum_over_time({app=\"a\"} | logfmt | unwrap duration(t) [1m]))"), "{} 2.4\n");
  EXPECT_EQ(instant("sum by (pod) (sum_over_time({app=\"a\"} | logfmt | unwrap bytes(s) [1m]))"),
            "{pod=p1} 4000\n{pod=p2} 2000\n");
}

TEST_F(MetricQuery, ASizeIsExactOnlyBehindUnwrap) {
  add({{"app", "sizes"}}, 10, "s=1010B");
  EXPECT_EQ(instant("sum(sum_over_time({app=\"sizes\"} | logfmt | s > 1KiB | unwrap bytes(s) [1m]))"), "{} 1010\n");
  EXPECT_EQ(instant("sum(sum_over_time({app=\"sizes\"} | logfmt | unwrap bytes(s) | s > 1KiB [1m]))"), "");
}

TEST_F(MetricQuery, AValueThatIsNoNumberFailsTheQueryUnlessAFilterTakesItOff) {
  const std::string query = "sum(sum_over_time({app=~\"a|b\"} | logfmt | unwrap v";
  EXPECT_TRUE(instant(query + " [1m]))").starts_with("pipeline error: 'SampleExtractionErr' for series: '{"));
  EXPECT_EQ(instant(query + " | __error__=\"\" [1m]))"), "{} 24\n");
  EXPECT_EQ(instant(query + " | v!=\"none\" [1m]))"), "{} 24\n");
}

TEST_F(MetricQuery, ACounterThatWasResetGoesOn) {
  for (int i = 0; i < 6; ++i) add({{"app", "c"}}, 10 * (i + 1), fmt::format("v={}", i < 3 ? i * 10 : (i - 3) * 10));
  // Grew 20, reset, grew 20 in 50 s; half a gap is not added at the borders: samples lie near them.
  EXPECT_EQ(instant("rate_counter({app=\"c\"} | logfmt | unwrap v [1m])"), "{app=c} 0.6666666666666666\n");
}

TEST_F(MetricQuery, OverlappingWindowsSeeEachSampleAsOftenAsTheyHoldIt) {
  EXPECT_EQ(range("max_over_time({pod=\"p1\"} | logfmt | unwrap v [25s]) by (app)", 0, 60, 10),
            "{app=a} _ 4 4 7 7 7 2\n");
  EXPECT_EQ(range("sum by (app)(count_over_time({app=\"a\"}[5s]))", 0, 60, 10), "{app=a} _ 1 1 1 1 _ _\n");
}

TEST_F(MetricQuery, AbsentSaysWhatItDidNotFind) {
  EXPECT_EQ(instant("absent_over_time({app=\"a\"}[1m])"), "");
  EXPECT_EQ(instant("absent_over_time({app=\"x\", pod=~\"p.*\", env=\"e\"}[1m])"), "{app=x,env=e} 1\n");
  EXPECT_EQ(range("absent_over_time({app=\"b\"}[10s])", 40, 70, 10), "{app=b} 1 _ 1 1\n");
}

TEST_F(MetricQuery, AnEmptyLabelIsNoneOnceLabelsAreTakenAway) {
  EXPECT_EQ(instant("count_over_time({app=\"b\"} | label_format u=\"\" [1m])"), "{app=b,pod=p3,u=} 1\n");
  EXPECT_EQ(instant("count_over_time({app=\"b\"} | label_format u=\"\" | drop nope [1m])"), "{app=b,pod=p3} 1\n");
  EXPECT_EQ(instant("count_over_time({app=\"b\"} | label_format u=\"\" | keep u [1m])"), "{} 1\n");
  EXPECT_EQ(instant("sum by (u) (count_over_time({app=\"b\"} | label_format u=\"\" | drop nope [1m]))"), "{u=} 1\n");
}

TEST_F(MetricQuery, WhatAnIdleLineFormatAsksForIsNotParsed) {
  EXPECT_EQ(instant("sum(count_over_time({app=\"b\"} | json | line_format \"{{.x}}\" [1m]))"), "{} 1\n");
  EXPECT_THAT(instant("sum(count_over_time({app=\"b\"} | json | line_format \"{{.x}}\" |= \"\" | json [1m]))"),
              ::testing::StartsWith("pipeline error: 'JSONParserErr'"));
}

TEST_F(MetricQuery, AStageThatIsWrongIsToldBeforeAnythingIsRead) {
  EXPECT_THAT(
      instant("count_over_time({app=\"b\"} | json [1m]) + bytes_rate({app=\"b\"} | line_format \"{{list}}\" [1m])"),
      ::testing::StartsWith("parse error : stage '| line_format"));
}

TEST_F(MetricQuery, RanksKeepTheLabelsOfTheirSeries) {
  EXPECT_EQ(instant("topk(1, count_over_time({app=\"a\"}[1m]))"), "{app=a,pod=p1} 4\n");
  EXPECT_EQ(instant("bottomk(1, count_over_time({app=\"a\"}[1m]))"), "{app=a,pod=p2} 1\n");
  EXPECT_EQ(instant("topk(1, count_over_time({app=~\"a|b\"}[1m])) by (app)"), "{app=a,pod=p1} 4\n{app=b,pod=p3} 1\n");
  EXPECT_EQ(instant("approx_topk(1, count_over_time({app=\"a\"}[1m]))"), "{app=a,pod=p1} 4\n");
  EXPECT_EQ(instant("sort_desc(sum by (app)(count_over_time({app=~\"a|b\"}[1m])))"), "{app=a} 5\n{app=b} 1\n");
  EXPECT_EQ(instant("sort(sum by (app)(count_over_time({app=~\"a|b\"}[1m])))"), "{app=b} 1\n{app=a} 5\n");
}

TEST_F(MetricQuery, AggregationsOverSeries) {
  const std::string counts = "(count_over_time({app=\"a\"}[1m]))";
  EXPECT_EQ(instant("stdvar" + counts), "{} 2.25\n");
  EXPECT_EQ(instant("stddev" + counts), "{} 1.5\n");
  EXPECT_EQ(instant("avg without (pod)" + counts), "{app=a} 2.5\n");
  EXPECT_EQ(instant("count by (nosuch)" + counts), "{} 2\n");
}

TEST_F(MetricQuery, ANumberIsNoSeries) {
  EXPECT_TRUE(instant("sum(1 + 1)").starts_with("parse error : queries require at least one regexp"));
  EXPECT_TRUE(instant(R"re(label_replace(2, "a", "", "b", ""))re").starts_with("parse error : queries require"));
}

TEST_F(MetricQuery, LabelReplaceTakesGroupsByNumberAndName) {
  const auto replaced = [&](const std::string& rest) {
    return instant("label_replace(sum by (pod)(count_over_time({pod=\"p1\"}[1m])), " + rest + ")");
  };
  EXPECT_EQ(replaced(R"re("n", "x$1-${d}$$", "pod", "p(?P<d>\\d)")re"), "{n=x1-1$,pod=p1} 4\n");
  EXPECT_EQ(replaced(R"re("n", "x", "pod", "q")re"), "{pod=p1} 4\n");
  EXPECT_EQ(replaced(R"re("pod", "$2", "pod", "(.*)")re"), "{} 4\n");
}

TEST_F(MetricQuery, SidesMeetByOnIgnoringAndGroups) {
  const std::string by_pod = "sum by (app, pod)(count_over_time({app=\"a\"}[1m]))";
  const std::string by_app = "sum by (app)(count_over_time({app=\"a\"}[1m]))";
  EXPECT_EQ(instant(by_pod + " / on(app) group_left " + by_app), "{app=a,pod=p1} 0.8\n{app=a,pod=p2} 0.2\n");
  EXPECT_EQ(instant(by_app + " - ignoring(pod) group_right " + by_pod), "{app=a,pod=p1} 1\n{app=a,pod=p2} 4\n");
  EXPECT_EQ(instant(by_app + " * on(app) group_left(pod) sum by (app, pod)(count_over_time({pod=\"p1\"}[1m]))"),
            "{app=a,pod=p1} 20\n");
  EXPECT_EQ(instant(by_pod + " / on(app) " + by_app),
            "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
  EXPECT_EQ(instant(by_app + " / on(app) " + by_pod),
            "found duplicate series on the right hand-side;many-to-many matching not allowed: matching labels must be "
            "unique on one side");
}

TEST_F(MetricQuery, SetOperatorsGoStepByStep) {
  const std::string a = "sum by (app)(count_over_time({app=\"a\"}[10s]))";
  const std::string b = "sum by (app)(count_over_time({app=\"b\"}[10s]))";
  EXPECT_EQ(range(a + " or " + b, 30, 60, 10), "{app=a} 1 1 1 _\n{app=b} _ _ 1 _\n");
  EXPECT_EQ(range(a + " and on() " + b, 30, 60, 10), "{app=a} _ _ 1 _\n");
  EXPECT_EQ(range(a + " unless on() " + b, 30, 60, 10), "{app=a} 1 1 _ _\n");
}

TEST_F(MetricQuery, ParsersThatNobodyAsksDoNotRun) {
  add({{"app", "d"}}, 10, "{\"a\":1,\"b\" damaged");
  EXPECT_EQ(instant("sum(count_over_time({app=\"d\"} | json [1m]))"), "{} 1\n");
  EXPECT_EQ(instant("sum by (a)(count_over_time({app=\"d\"} | json [1m]))"), "{a=1} 1\n");  // the rest is not read
  EXPECT_TRUE(instant("sum by (b)(count_over_time({app=\"d\"} | json [1m]))").starts_with("pipeline error"));
  EXPECT_TRUE(instant("count_over_time({app=\"d\"} | json [1m])").starts_with("pipeline error"));
}

TEST_F(MetricQuery, HostileQueriesEndInAClearError) {
  EXPECT_EQ(instant("count_over_time({app=\"a\"} |~ \"((a{100}){100}){100}\" [1m])"),
            "parse error : stage '|~ \"((a{100}){100}){100}\"' : error parsing regexp: invalid repeat count: `{100}`");
  EXPECT_NE(instant("count_over_time({app=\"a\"}[1000000h])").find("duration out of range"), std::string::npos);
  for (int i = 0; i < 60'000; ++i) add({{"app", "many"}}, 10, std::to_string(i), {{"id", std::to_string(i)}});
  EXPECT_EQ(instant("count(count_over_time({app=\"many\"}[1m]))"), "more than 50000 series in one aggregation");
}

}  // namespace
}  // namespace oc::query
