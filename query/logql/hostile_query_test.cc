// Small questions that ask for much: memory and time have an end.
#include <gtest/gtest.h>

#include "query/logql/engine_fixture.h"

namespace oc::query {
namespace {

class HostileQuery : public EngineTest {
 protected:
  static constexpr int kLines = 70;
  HostileQuery() {
    for (int i = 0; i < kLines; ++i) add({{"app", "a"}}, i % 60, std::to_string(i) + std::string(1'000, 'x'));
  }
  static std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  }
  // 1 MB a row.
  static std::string much() { return repeated("{{__line__}}", 1'000); }
};

TEST_F(HostileQuery, EntriesThatTemplatesMadeLongAreRefused) {
  EXPECT_EQ(log("{app=\"a\"} | line_format `" + much() + "`"), "the entries of the answer take more than 64 MiB");
  EXPECT_EQ(log("{app=\"a\"} | label_format b=`" + much() + "`"), "the entries of the answer take more than 64 MiB");
}

TEST_F(HostileQuery, OnlyTheEntriesOfTheAnswerCount) {
  const auto result = run_range_query(reader_, {.query = "{app=\"a\"} | line_format `" + much() + "`",
                                                .end_ns = 1'000 * kSecond,
                                                .step_ns = kSecond,
                                                .limit = 1,
                                                .interruption = {}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(std::get<LogEntries>(result->data).entries.size(), 1);
}

TEST_F(HostileQuery, SeriesWithLongLabelsAreRefused) {
  EXPECT_EQ(instant("count(sum by (b) (count_over_time({app=\"a\"} | label_format b=`" + much() + "` [1m])))"),
            "the labels of one aggregation's series take more than 32 MiB");
}

TEST_F(HostileQuery, LabelReplaceDoesNotMultiplyLabels) {
  EXPECT_EQ(
      instant("count(label_replace(sum by (b) (count_over_time({app=\"a\"} | regexp `(?P<b>.*)` [1m])), \"c\", \"" +
              repeated("$1", 1'000) + "\", \"b\", \"(.*)\"))"),
      "label_replace makes labels of more than 32 MiB");
}

TEST_F(HostileQuery, BehindItsDeadlineItEndsWithARetryableError) {
  const std::string slow = repeated("{{__line__}}", 40);
  for (const auto& query : {"{app=\"a\"} | line_format `" + slow + "`",
                            "sum(bytes_over_time({app=\"a\"} | line_format `" + slow + "` [1000s]))"}) {
    RangeQuery timed{.query = query, .end_ns = 1'000 * kSecond, .step_ns = kSecond, .interruption = {}};
    timed.interruption.deadline = std::chrono::steady_clock::now();
    const auto result = run_range_query(reader_, timed);
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().retryable());
    EXPECT_TRUE(result.error().message.starts_with("Request timed out")) << result.error().message;
  }
}

}  // namespace
}  // namespace oc::query
