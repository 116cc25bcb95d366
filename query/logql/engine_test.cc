#include "query/logql/engine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "query/logql/go_text.h"
#include "query/logql/memory_log_reader.h"

namespace oc::query {
namespace {

constexpr Nanos kSecond = 1'000'000'000;

// Times are seconds; expectations are text: entries as `time labels line`, series as `labels time=value …`.
class LogQl : public ::testing::Test {
 protected:
  void SetUp() override {
    add("api", 1, R"({"level":"info","status":200,"req":{"ms":5,"tags":["a","b"]}})");
    add("api", 2, R"({"level":"error","status":500,"app":"inner"})", {{"trace", "t1"}});
    add("api", 3, "not json");
    add("shop", 11, "level=warn took=1.5s size=2KB user=ann user=bob empty=");
    add("shop", 12, "level=error took=90ms size=10B user=\"c d\"", {{"level", "fatal"}});
    add("shop", 12, "same time");
  }

  void add(const std::string& app, int seconds, std::string line, Labels metadata = {}) {
    reader_.add({{"app", app}, {"env", "prod"}}, seconds * kSecond, std::move(line), std::move(metadata));
  }

  static std::string labels_text(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
      if (name != "env") text += fmt::format("{}{}={}", text.empty() ? "{" : ",", name, value);
    }
    return text.empty() ? "{}" : text + "}";
  }

  static std::string text_of(const QueryResult& result) {
    std::string text;
    if (const auto* logs = std::get_if<LogEntries>(&result.data)) {
      for (const auto& entry : logs->entries) {
        text += fmt::format("{} {} {}\n", entry.time_ns / kSecond, labels_text(entry.labels.all()), entry.line);
      }
      return text;
    }
    const auto& samples = std::get<Samples>(result.data);
    if (const auto* scalar = std::get_if<double>(&samples.value)) return go_format_float(*scalar);
    for (const auto& series : std::get<SeriesSet>(samples.value)) {
      text += labels_text(series.labels);
      for (std::size_t i = 0; i < samples.steps.count; ++i) {
        if (series.present[i] == 0) continue;
        text += fmt::format(" {}={}", samples.steps.at(i) / kSecond, go_format_float(series.values[i]));
      }
      text += "\n";
    }
    return text;
  }

  std::string log(std::string query, std::size_t limit = 100, Direction direction = Direction::kForward) {
    return outcome(
        run_range_query(reader_, {std::move(query), 0, 100 * kSecond, kSecond, true, 0, limit, direction, {}}));
  }
  std::string range(std::string query, std::int64_t start, std::int64_t end, std::int64_t step) {
    return outcome(run_range_query(
        reader_,
        {std::move(query), start * kSecond, end * kSecond, step * kSecond, true, 0, 100, Direction::kBackward, {}}));
  }
  std::string instant(std::string query, int at = 20) {
    return outcome(run_instant_query(reader_, {std::move(query), at * kSecond, {}}));
  }
  static std::string outcome(const Result<QueryResult>& result) {
    return result ? text_of(*result) : result.error().message;
  }

  MemoryLogReader reader_;
};

TEST_F(LogQl, ASelectorGivesEntriesInTheDirectionAskedFor) {
  EXPECT_EQ(log("{app=\"shop\"} |= \"level\" or \"same\"", 2),
            "11 {app=shop} level=warn took=1.5s size=2KB user=ann user=bob empty=\n"
            "12 {app=shop,level=fatal} level=error took=90ms size=10B user=\"c d\"\n");
  EXPECT_EQ(log("{env=\"prod\"}", 1, Direction::kBackward), "12 {app=shop} same time\n");
  EXPECT_EQ(log("{app=~\"a.i\"} !~ \"^{\""), "3 {app=api} not json\n");
}

TEST_F(LogQl, TheNewestEntriesWinWhicheverStreamComesFirst) {
  for (int i = 0; i < 30; ++i) add(i % 2 == 0 ? "a" : "z", 50 + i, fmt::format("n{}", i));
  EXPECT_EQ(log("{app=~\"a|z\"}", 3, Direction::kBackward), "79 {app=z} n29\n78 {app=a} n28\n77 {app=z} n27\n");
}

TEST_F(LogQl, AnIntervalSpacesTheFirstEntriesOfEachHour) {
  for (int i = 0; i < 40; ++i) add("tick", 3580 + i, "");
  const auto spaced = [&](std::size_t limit, Direction direction, int seconds) {
    return outcome(run_range_query(
        reader_, {"{app=\"tick\"}", 0, 4000 * kSecond, kSecond, true, seconds * kSecond, limit, direction, {}}));
  };
  EXPECT_EQ(spaced(100, Direction::kForward, 15),
            "3580 {app=tick} \n3595 {app=tick} \n3600 {app=tick} \n3615 {app=tick} \n");
  EXPECT_EQ(spaced(12, Direction::kForward, 10),
            "3580 {app=tick} \n3590 {app=tick} \n3600 {app=tick} \n3610 {app=tick} \n")
      << "of each hour the first 12";
  EXPECT_EQ(spaced(3, Direction::kBackward, 2), "3619 {app=tick} \n3617 {app=tick} \n3599 {app=tick} \n");
}

TEST_F(LogQl, JsonFieldsBecomeLabelsAndCollisionsGetASuffix) {
  EXPECT_EQ(log("{app=\"api\"} | json | status >= 500"),
            "2 {app=api,app_extracted=inner,level=error,status=500,trace=t1} "
            R"({"level":"error","status":500,"app":"inner"})"
            "\n");
  EXPECT_EQ(log("{app=\"api\"} | json | __error__!=\"\""),
            "3 {__error__=JSONParserErr,__error_details__=Value looks like object, but can't find closing '}' symbol,"
            "app=api} not json\n");
  EXPECT_EQ(log("{app=\"api\"} | json ms=\"req.ms\", tag=\"req.tags[1]\" | ms = 5", 1),
            "1 {app=api,ms=5,tag=b} {\"level\":\"info\",\"status\":200,\"req\":{\"ms\":5,\"tags\":[\"a\",\"b\"]}}\n");
}

TEST_F(LogQl, LogfmtTakesTheFirstOfARepeatedKeyAndItsExpressionsTheLast) {
  EXPECT_EQ(
      log("{app=\"shop\"} | logfmt | user=\"ann\""),
      "11 {app=shop,level=warn,size=2KB,took=1.5s,user=ann} level=warn took=1.5s size=2KB user=ann user=bob empty=\n");
  EXPECT_EQ(log("{app=\"shop\"} | logfmt u=\"user\" | u=\"bob\""),
            "11 {app=shop,u=bob} level=warn took=1.5s size=2KB user=ann user=bob empty=\n");
  EXPECT_EQ(log("{app=\"shop\"} | logfmt --keep-empty | level_extracted=\"error\""),
            "12 {app=shop,level=fatal,level_extracted=error,size=10B,took=90ms,user=c d} "
            "level=error took=90ms size=10B user=\"c d\"\n");
}

TEST_F(LogQl, StrictLogfmtStopsAtDamage) {
  add("bad", 30, "a=1 b=x\"y c=3");
  EXPECT_EQ(
      log("{app=\"bad\"} | logfmt --strict"),
      "30 {__error__=LogfmtParserErr,__error_details__=logfmt syntax error at pos 8 : unexpected '\"',a=1,app=bad} "
      "a=1 b=x\"y c=3\n");
}

TEST_F(LogQl, LabelFiltersCompareStringsNumbersDurationsAndSizes) {
  const auto lines = [&](const std::string& filter) {
    const auto text = log("{app=\"shop\"} | logfmt | " + filter + " | __error__=\"\"");
    return std::ranges::count(text, '\n');
  };
  EXPECT_EQ(lines("took > 1s"), 1);
  EXPECT_EQ(lines("took > 1s or size < 1KB"), 2);
  EXPECT_EQ(lines("took > 1s and size < 1KB"), 0);
  EXPECT_EQ(lines("took > 10ms, size >= 10B user=~\"a.n|x\""), 1);
  EXPECT_EQ(lines("(took > 1s or took < 1s) and user != \"ann\""), 1);
  EXPECT_EQ(lines("nosuch > 0"), 0);
  EXPECT_EQ(lines("nosuch = \"\""), 3);
}

TEST_F(LogQl, AValueThatIsNoNumberMarksTheLine) {
  EXPECT_EQ(
      log("{app=\"shop\"} | logfmt u=\"user\" | u > 1", 1),
      "11 {__error__=LabelFilterErr,__error_details__=strconv.ParseFloat: parsing \"bob\": invalid syntax,app=shop,"
      "u=bob} level=warn took=1.5s size=2KB user=ann user=bob empty=\n");
}

TEST_F(LogQl, WindowsLeaveOutTheirStartAndTakeInTheirEnd) {
  EXPECT_EQ(instant("sum(count_over_time({app=\"api\"}[2s]))", 3), "{} 3=2\n");
  EXPECT_EQ(instant("sum(count_over_time({app=\"api\"}[2s] offset 1s))", 3), "{} 3=2\n");
  EXPECT_EQ(instant("sum(count_over_time({app=\"api\"}[2s]))", 6), "");
}

TEST_F(LogQl, StepsAreMultiplesOfTheStepAroundTheRange) {
  EXPECT_EQ(range("sum by (app) (count_over_time({env=\"prod\"}[5s]))", 7, 13, 5), "{app=api} 5=3\n{app=shop} 15=3\n");
  EXPECT_EQ(range("sum(rate({env=\"prod\"}[10s]))", 10, 20, 10), "{} 10=0.3 20=0.3\n");
}

TEST_F(LogQl, BytesCountTheLineAndAnEmptyLineIsAPoint) {
  add("empty", 30, "");
  EXPECT_EQ(instant("bytes_over_time({app=\"empty\"}[5s])", 31), "{app=empty} 31=0\n");
  EXPECT_EQ(instant("sum(bytes_rate({app=\"api\"} |= \"not json\" [4s]))", 4), "{} 4=2\n");
}

TEST_F(LogQl, VectorAggregationsGroupByAndWithout) {
  EXPECT_EQ(instant("sum by (level) (count_over_time({app=\"shop\"} | logfmt l=\"level\" [1m]))"),
            "{} 20=2\n{level=fatal} 20=1\n");
  EXPECT_EQ(instant("max without (trace, level) (count_over_time({env=\"prod\"}[1m]))"),
            "{app=api} 20=2\n{app=shop} 20=2\n");
  EXPECT_EQ(instant("avg(count_over_time({app=\"api\"}[1m]))"), "{} 20=1.5\n");
  EXPECT_EQ(instant("min by (app) (count_over_time({app=\"api\"}[1m]))"), "{app=api} 20=1\n");
  EXPECT_EQ(instant("count(count_over_time({env=\"prod\"}[1m]))"), "{} 20=4\n");
}

TEST_F(LogQl, OperatorsBindAsInMathematics) {
  EXPECT_EQ(instant("1 + 2 * 3 ^ 2 - 4 / 8 % 3"), "18.5");
  EXPECT_EQ(instant("2 ^ 3 ^ 2"), "512");
  EXPECT_EQ(instant("1 > bool 2 + 1"), "0");
  EXPECT_EQ(instant("1 / 0"), "NaN");
  EXPECT_EQ(instant("vector(1)+vector(1)"), "{} 20=2\n");
  EXPECT_EQ(range("1 + 1", 0, 2, 1), "2");
}

TEST_F(LogQl, SeriesWithEqualLabelsMeetAndComparisonsFilter) {
  const std::string counts = "sum by (app) (count_over_time({env=\"prod\"}[1m]))";
  EXPECT_EQ(instant(counts + " / " + counts), "{app=api} 20=1\n{app=shop} 20=1\n");
  EXPECT_EQ(instant(counts + " + sum by (app) (count_over_time({app=\"api\"}[1m]))"), "{app=api} 20=6\n");
  EXPECT_EQ(instant("10 > " + counts), "{app=api} 20=3\n{app=shop} 20=3\n");
  EXPECT_EQ(instant(counts + " > 3"), "");
  EXPECT_EQ(instant(counts + " > bool 3"), "{app=api} 20=0\n{app=shop} 20=0\n");
}

TEST_F(LogQl, AnErrorInALineFailsAMetricQueryUnlessItWasAskedFor) {
  EXPECT_TRUE(instant("count_over_time({app=\"api\"} | json [1m])")
                  .starts_with("pipeline error: 'JSONParserErr' for series: '{"));
  EXPECT_EQ(instant("sum(count_over_time({app=\"api\"} | json | __error__=\"\" [1m]))"), "{} 20=2\n");
  EXPECT_EQ(instant("sum by (__error__) (count_over_time({app=\"api\"} | json | __error__!=\"\" [1m]))"),
            "{__error__=JSONParserErr} 20=1\n");
}

TEST_F(LogQl, LimitsAnswerInLokisWords) {
  EXPECT_EQ(log("{app=\"api\"}", 5001),
            "max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 > 5000)");
  EXPECT_EQ(
      range("vector(1)", 0, 12'000, 1),
      "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter");
  EXPECT_EQ(range("vector(1)", 0, 40 * 86'400, 86'400),
            "the query time range exceeds the limit (query length: 960h0m0s, limit: 30d1h)");
  EXPECT_EQ(check_length(1'999'999, 40 * 86'400 * kSecond + 999'999).error().message,
            "the query time range exceeds the limit (query length: 959h59m59.999s, limit: 30d1h)");
  for (int i = 0; i <= 500; ++i) add("many", 60, "x", {{"id", std::to_string(i)}});
  EXPECT_TRUE(instant("count_over_time({app=\"many\"}[1m])", 60).starts_with("maximum number of series (500) reached"));
  EXPECT_EQ(instant("sum(count_over_time({app=\"many\"}[1m]))", 60), "{} 60=501\n");
  EXPECT_EQ(instant("count(count_over_time({app=\"many\"}[1m]))", 60), "{} 60=501\n");
}

TEST_F(LogQl, ManySeriesTimesManyStepsIsRefusedBeforeMemoryRunsOut) {
  for (int i = 0; i < 1'000; ++i) add("wide", 60, "x", {{"id", std::to_string(i)}});
  EXPECT_EQ(range("count(count_over_time({app=\"wide\"}[1m]))", 0, 10'000, 1),
            "the series of one aggregation have more points than 64 MiB hold");
}

TEST_F(LogQl, ExtremeTimesAndRangesDoNotOverflow) {
  EXPECT_TRUE(range("vector(1)", -9'000'000'000, 9'000'000'000, 1).find("is out of range") != std::string::npos);
  EXPECT_EQ(instant("sum(count_over_time({env=\"prod\"}[60y] offset -438000h))", 20), "{} 20=6\n");
  EXPECT_NE(instant("sum(count_over_time({env=\"prod\"}[200y]))").find("duration out of range"), std::string::npos);
}

TEST_F(LogQl, ACancelledQueryEndsWithARetryableError) {
  std::stop_source stop;
  stop.request_stop();
  const auto result = run_range_query(
      reader_,
      {.query = "{env=\"prod\"}", .end_ns = kSecond * 99, .step_ns = kSecond, .interruption = {stop.get_token()}});
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().retryable());
}

}  // namespace
}  // namespace oc::query
