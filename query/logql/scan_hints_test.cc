// What the engine asks of a store: no more than a query looks at.
#include <gtest/gtest.h>

#include "query/logql/engine.h"
#include "query/logql/memory_log_reader.h"

namespace oc::query {
namespace {

// Hands on to rows in memory and remembers the last request.
class RecordingReader final : public LogReader {
 public:
  RecordingReader() { rows_.add({{"app", "a"}, {"service_name", "s"}}, 1, "line", {{"level", "info"}}); }
  Status scan(const ScanRequest& request, RowSink& sink) const override {
    last = request;
    return rows_.scan(request, sink);
  }
  Result<std::vector<StreamPtr>> streams(std::span<const Matcher> matchers, Nanos start, Nanos end) const override {
    return rows_.streams(matchers, start, end);
  }
  std::unique_ptr<TailSubscription> tail(std::vector<Matcher>, std::vector<LineFilter>,
                                         std::function<void(const Stream&, const Row&)>) override {
    return nullptr;
  }
  mutable ScanRequest last;

 private:
  MemoryLogReader rows_;
};

// "lines", "metadata", both, or neither.
std::string needs(const std::string& query) {
  const RecordingReader reader;
  const auto result = run_instant_query(reader, {query, 10, {}});
  EXPECT_TRUE(result) << result.error().message;
  return std::string(reader.last.needs_lines ? "lines " : "") + (reader.last.needs_metadata ? "metadata" : "");
}

std::vector<std::string> pushed_down(const std::string& query) {
  const RecordingReader reader;
  EXPECT_TRUE(run_instant_query(reader, {query, 10, {}}));
  std::vector<std::string> texts;
  for (const auto& filter : reader.last.line_filters) texts.push_back(filter.alternatives.front());
  return texts;
}

TEST(ScanHints, CountsByStreamLabelsNeedNeitherLinesNorMetadata) {
  EXPECT_EQ(needs("sum(count_over_time({app=\"a\"}[1m]))"), "");
  EXPECT_EQ(needs("sum by (service_name)(count_over_time({app=\"a\"} |= \"line\" [1m]))"), "");
  EXPECT_EQ(needs("sum by (service_name, level)(rate({app=\"a\"}[1m]))"), "metadata");
  EXPECT_EQ(needs("count_over_time({app=\"a\"}[1m])"), "metadata");
  EXPECT_EQ(needs("sum without (app)(rate({app=\"a\"}[1m]))"), "metadata");
}

TEST(ScanHints, StagesSayWhatTheyLookAt) {
  EXPECT_EQ(needs("sum(bytes_rate({app=\"a\"}[1m]))"), "lines ");
  EXPECT_EQ(needs("sum(count_over_time({app=\"a\"} | level=\"info\" [1m]))"), "metadata");
  EXPECT_EQ(needs("sum(count_over_time({app=\"a\"} | json [1m]))"), "lines metadata");
  EXPECT_EQ(needs("sum(count_over_time({app=\"a\"} |= ip(\"::1\") [1m]))"), "lines ");
  EXPECT_EQ(needs("sum(sum_over_time({app=\"a\"} | unwrap level | __error__=\"\" [1m]))"), "metadata");
}

TEST(ScanHints, LineFiltersGoToTheStoreUntilTheLineChanges) {
  EXPECT_EQ(pushed_down("sum(count_over_time({app=\"a\"} |= \"x\" | json | level=\"y\" |~ \"z.\" [1m]))"),
            (std::vector<std::string>{"x", "z."}));
  EXPECT_EQ(pushed_down("sum(count_over_time({app=\"a\"} |= \"x\" | line_format \"l\" |= \"y\" [1m]))"),
            (std::vector<std::string>{"x"}));
  EXPECT_EQ(pushed_down("sum(count_over_time({app=\"a\"} |> \"GET <_> from <_>\" [1m]))"),
            (std::vector<std::string>{"GET ", " from "}));
}

}  // namespace
}  // namespace oc::query
