// Metric queries over batches that know their lines' templates: what can't differ within one is found out once.
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/logql/engine.h"
#include "query/logql/memory_log_reader.h"

namespace oc::query {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr Nanos kTick = 1'000'000'000;

formats::TemplatePiece text(std::string_view text) { return {.text = text}; }
formats::TemplatePiece gap(std::string_view bytes, std::uint32_t most) {
  formats::TemplatePiece piece{.least = 1, .most = most};
  for (const char byte : bytes) piece.bytes.set(static_cast<unsigned char>(byte));
  piece.first = piece.bytes;
  return piece;
}
formats::TemplatePiece digits(std::uint32_t most) { return gap("0123456789", most); }

struct LinesOfTemplate {
  std::vector<formats::TemplatePiece> pieces;
  std::vector<std::vector<std::string>> values;  // of each line, one a gap

  std::string line(std::size_t i) const {
    std::string line;
    auto value = values[i].begin();
    for (const auto& piece : pieces) line += piece.is_gap() ? *value++ : std::string(piece.text);
    return line;
  }
  std::string_view value(std::size_t line, std::size_t piece) const {
    const auto before = std::ranges::count_if(std::span(pieces).first(piece), &formats::TemplatePiece::is_gap);
    return values[line][static_cast<std::size_t>(before)];
  }
};

// One stream with one batch of rows, one a second; counts what is read of it.
class TemplateReader final : public LogReader {
 public:
  explicit TemplateReader(std::vector<LinesOfTemplate> templates) : lines_of_(std::move(templates)) {
    rows_of_.resize(lines_of_.size());
    for (std::size_t i = 0; i < lines_of_.size(); ++i)
      for (std::size_t line = 0; line < lines_of_[i].values.size(); ++line) {
        rows_of_[i].push_back(static_cast<std::uint32_t>(lines_.size()));
        lines_.push_back(lines_of_[i].line(line));
      }
    for (std::size_t i = 0; i < lines_of_.size(); ++i) templates_.push_back({lines_of_[i].pieces, rows_of_[i]});
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      times_.push_back(static_cast<Nanos>(i + 1) * kTick);
      rows_.push_back({times_[i], i, lines_[i], {}});
    }
  }

  Status scan(const ScanRequest&, RowSink& sink) const override {
    Batch batch(*this);
    const auto done = sink.batch(batch);
    return done ? Status() : std::unexpected(done.error());
  }
  Result<std::vector<StreamPtr>> streams(std::span<const Matcher>, Nanos, Nanos) const override {
    return std::vector{std::make_shared<const Stream>(stream_)};
  }
  std::unique_ptr<TailSubscription> tail(std::vector<Matcher>, std::vector<LineFilter>,
                                         std::function<void(const Stream&, const Row&)>) override {
    return nullptr;
  }
  mutable std::size_t rows_read = 0, values_read = 0;
  std::string metadata_name = "of no interest";

 private:
  class Batch final : public RowBatch {
   public:
    std::uint64_t bytes() const override { return 0; }
    explicit Batch(const TemplateReader& of) : of_(of) {}
    const Stream& stream() const override { return of_.stream_; }
    std::size_t size() const override { return of_.rows_.size(); }
    Result<std::span<const Nanos>> times() override { return of_.times_; }
    Result<std::span<const Row>> rows() override {
      of_.rows_read += of_.rows_.size();
      return of_.rows_;
    }
    Result<std::span<const Row>> rows_at(std::span<const std::uint32_t> places) override {
      of_.rows_read += places.size();
      picked_.clear();
      for (const auto place : places) picked_.push_back(of_.rows_[place]);
      return picked_;
    }
    Result<std::span<const RowTemplate>> templates() override { return of_.templates_; }
    Result<GapValues> gap_values(std::size_t of, std::size_t piece, std::span<const std::uint32_t> lines) override {
      of_.values_read += lines.size();
      GapValues values;
      for (const auto line : lines) values.texts.push_back(of_.lines_of_[of].value(line, piece));
      return values;
    }
    bool may_have_metadata(std::string_view name) const override { return name == of_.metadata_name; }

   private:
    const TemplateReader& of_;
    std::vector<Row> picked_;
  };
  Stream stream_{1, {{"app", "shop"}}};
  std::vector<LinesOfTemplate> lines_of_;
  std::vector<std::string> lines_;
  std::vector<Nanos> times_;
  std::vector<Row> rows_;
  std::vector<std::vector<std::uint32_t>> rows_of_;
  std::vector<RowTemplate> templates_;
};

std::vector<std::pair<std::string, double>> asked(const LogReader& reader, const std::string& query,
                                                  const std::string& label) {
  const auto result = run_instant_query(reader, {.query = query, .time_ns = 60 * kTick, .interruption = {}});
  if (!result) return {{result.error().message, 0}};
  std::vector<std::pair<std::string, double>> values;
  for (const auto& series : std::get<SeriesSet>(std::get<Samples>(result->data).value)) {
    const auto name = std::ranges::find(series.labels, label, &Label::first);
    values.emplace_back(name == series.labels.end() ? "" : name->second, series.values[0]);
  }
  return values;
}

TemplateReader shop() {
  return TemplateReader({{{text("level=info user "), digits(4), text(" came")}, {{"1"}, {"42"}}},
                         {{text("level=warn user "), digits(4), text(" left")}, {{"7"}}},
                         {{text("level=info took "), digits(3), text("ms")}, {{"5"}, {"500"}, {"17"}}}});
}

TEST(TemplateQuery, CountsATemplatesLinesTogetherWhereTheyGiveOneSeries) {
  const auto reader = shop();
  EXPECT_THAT(
      asked(reader, R"(sum by (level) (count_over_time({app="shop"} | regexp `level=(?P<level>\w+)` [1m])))", "level"),
      ElementsAre(Pair("info", 5), Pair("warn", 1)));
  EXPECT_EQ(reader.rows_read, 0u);
}

TEST(TemplateQuery, ReadsTheValuesThatMatterAndNoLine) {
  const auto reader = shop();
  EXPECT_THAT(
      asked(reader, R"(sum by (user) (count_over_time({app="shop"} | regexp `user (?P<user>\d+)` | user != "" [1m])))",
            "user"),
      ElementsAre(Pair("1", 1), Pair("42", 1), Pair("7", 1)));
  EXPECT_EQ(reader.rows_read, 0u);
  EXPECT_EQ(reader.values_read, 3u) << "the third template has no user in any line";
}

TEST(TemplateQuery, LooksAtTheLinesOfTemplatesWhoseMatchDependsOnValues) {
  const auto reader = shop();
  EXPECT_THAT(asked(reader, R"(sum by (user) (count_over_time({app="shop"} | regexp `(?P<user>4\d)` [1m])))", "user"),
              ElementsAre(Pair("", 5), Pair("42", 1)));
  EXPECT_EQ(reader.rows_read, 6u);
}

TEST(TemplateQuery, AppliesFiltersToTheLabelsOfATemplate) {
  const auto reader = shop();
  EXPECT_THAT(
      asked(reader,
            R"(sum by (level) (count_over_time({app="shop"} | regexp `level=(?P<level>\w+)` | level="warn" [1m])))",
            "level"),
      ElementsAre(Pair("warn", 1)));
  EXPECT_EQ(reader.rows_read, 0u);
}

TEST(TemplateQuery, LooksAtAllLinesWhereMetadataHasOneOfTheNames) {
  auto reader = shop();
  reader.metadata_name = "level";
  EXPECT_THAT(
      asked(reader, R"(sum by (level) (count_over_time({app="shop"} | regexp `level=(?P<level>\w+)` [1m])))", "level"),
      ElementsAre(Pair("info", 5), Pair("warn", 1)));
  EXPECT_EQ(reader.rows_read, 6u);
}

TEST(TemplateQuery, ReadsOnlyTimesToCountRows) {
  const auto reader = shop();
  EXPECT_THAT(asked(reader, R"(sum by (app) (count_over_time({app="shop"}[1m])))", "app"),
              ElementsAre(Pair("shop", 6)));
  EXPECT_EQ(reader.rows_read, 0u);
}

constexpr std::string_view kWords = "abcdefghijklmnopqrstuvwxyz ,:{}[]";

TemplateReader requests() {
  return TemplateReader({{{text(R"({"level":"info","status":)"), digits(3), text(R"(,"user":")"), gap(kWords, 20),
                           text(R"(","took":)"), digits(3), text("}")},
                          {{"200", "bob", "5"}, {"500", "{eve: 1", "17"}, {"503", "bob", "300"}}},
                         {{text(R"({"level":"warn","status":)"), digits(3), text(R"(,"msg":"said )"), gap("\\\"hi", 20),
                           text(R"(","took":)"), digits(3), text("}")},
                          {{"404", R"(\"hi\")", "9"}, {"200", "hi", "8"}}}});
}

TEST(TemplateQuery, ReadsNoMoreOfAJsonLineThanDecidesAboutIt) {
  const auto reader = requests();
  EXPECT_THAT(
      asked(reader, R"(sum(sum_over_time({app="shop"} | json | level="info" | status >= 500 | unwrap took [1m])))", ""),
      ElementsAre(Pair("", 317)));
  EXPECT_EQ(reader.rows_read, 0u);
  EXPECT_EQ(reader.values_read, 5u) << "three of status, two of took";
}

TEST(TemplateQuery, GroupsByAFieldWithoutMakingLines) {
  const auto reader = requests();
  EXPECT_THAT(
      asked(reader, R"(max_over_time({app="shop"} | json | level="info" | unwrap took [1m]) by (user))", "user"),
      ElementsAre(Pair("bob", 300), Pair("{eve: 1", 17)));
  EXPECT_EQ(reader.rows_read, 2u)
      << "the second template's, whose values may hold quotes: where `took` is depends on them";
}

TEST(TemplateQuery, FollowsJsonUpToWhatDependsOnValues) {
  const auto reader = requests();
  EXPECT_THAT(asked(reader, R"(sum by (level) (count_over_time({app="shop"} | json | status < 500 [1m])))", "level"),
              ElementsAre(Pair("info", 1), Pair("warn", 2)));
  EXPECT_EQ(reader.rows_read, 0u);
}

TEST(TemplateQuery, FollowsLogfmtAndPatterns) {
  const auto reader = TemplateReader({{{text("took="), digits(3), text("ms path=/v"), digits(1), text(" user=\""),
                                        gap("abc d", 9), text("\" db-"), digits(1), text("=up status="), digits(3)},
                                       {{"5", "1", "a b", "1", "200"}, {"17", "2", "c", "2", "500"}}}});
  EXPECT_THAT(
      asked(reader, R"(sum by (path) (sum_over_time({app="shop"} | logfmt | unwrap duration(took) [1m])))", "path"),
      ElementsAre(Pair("/v1", 0.005), Pair("/v2", 0.017)));
  EXPECT_THAT(asked(reader, R"(sum by (user) (sum_over_time({app="shop"} | logfmt | path="/v2" | unwrap status [1m])))",
                    "user"),
              ElementsAre(Pair("c", 500)));
  EXPECT_THAT(
      asked(reader, R"(sum by (v) (sum_over_time({app="shop"} | pattern `took=<ms>ms <_>/v<v> ` | unwrap ms [1m])))",
            "v"),
      ElementsAre(Pair("1", 5), Pair("2", 17)));
  EXPECT_EQ(reader.rows_read, 0u);
}

TEST(TemplateQuery, MakesNoMoreOfManyLinesThanTheFiltersKeep) {
  LinesOfTemplate lines{{text(R"({"status":)"), digits(3), text("}")}, {}};
  for (int i = 0; i < 1'000; ++i) lines.values.push_back({i % 100 == 99 ? "500" : "200"});
  const TemplateReader reader({lines});
  const auto result = run_range_query(reader, {.query = R"({app="shop"} | json | status >= 500)",
                                               .end_ns = 10'000 * kTick,
                                               .step_ns = kTick,
                                               .interruption = {}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(std::get<LogEntries>(result->data).entries.size(), 10u);
  EXPECT_EQ(reader.rows_read, 10u);
}

}  // namespace
}  // namespace oc::query
