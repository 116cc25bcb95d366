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
formats::TemplatePiece digits(std::uint32_t most) {
  formats::TemplatePiece piece{.least = 1, .most = most};
  for (const char digit : std::string_view("0123456789")) piece.bytes.set(static_cast<unsigned char>(digit));
  return piece;
}

// One stream with one batch of rows, one a second; counts what is read of it.
class TemplateReader final : public LogReader {
 public:
  struct Template {
    std::vector<formats::TemplatePiece> pieces;
    std::vector<std::string> lines;
  };
  explicit TemplateReader(std::vector<Template> templates) {
    for (auto& of : templates)
      for (auto& line : of.lines) {
        rows_of_.resize(templates.size());
        rows_of_[static_cast<std::size_t>(&of - templates.data())].push_back(static_cast<std::uint32_t>(lines_.size()));
        times_.push_back(static_cast<Nanos>(lines_.size() + 1) * kTick);
        lines_.push_back(line);
      }
    for (std::size_t i = 0; i < templates.size(); ++i)
      templates_.push_back({std::move(templates[i].pieces), rows_of_[i]});
    for (std::size_t i = 0; i < lines_.size(); ++i) rows_.push_back({times_[i], i, lines_[i], {}});
  }

  Status scan(const ScanRequest&, RowSink& sink) const override {
    Batch batch(*this);
    const auto done = sink.batch(batch);
    return done ? Status() : std::unexpected(done.error());
  }
  Result<std::vector<Stream>> streams(std::span<const Matcher>, Nanos, Nanos) const override {
    return std::vector{stream_};
  }
  std::unique_ptr<TailSubscription> tail(std::vector<Matcher>, std::vector<LineFilter>,
                                         std::function<void(const Stream&, const Row&)>) override {
    return nullptr;
  }
  mutable std::size_t rows_read = 0;
  std::string metadata_name = "of no interest";

 private:
  class Batch final : public RowBatch {
   public:
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
      for (const auto place : places) picked_.push_back(of_.rows_[place]);
      return picked_;
    }
    Result<std::span<const RowTemplate>> templates() override { return of_.templates_; }
    bool may_have_metadata(std::string_view name) const override { return name == of_.metadata_name; }

   private:
    const TemplateReader& of_;
    std::vector<Row> picked_;
  };
  Stream stream_{1, {{"app", "shop"}}};
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
  return TemplateReader(
      {{{text("level=info user "), digits(4), text(" came")}, {"level=info user 1 came", "level=info user 42 came"}},
       {{text("level=warn user "), digits(4), text(" left")}, {"level=warn user 7 left"}},
       {{text("level=info took "), digits(3), text("ms")},
        {"level=info took 5ms", "level=info took 500ms", "level=info took 17ms"}}});
}

TEST(TemplateQuery, CountsATemplatesLinesTogetherWhereTheyGiveOneSeries) {
  const auto reader = shop();
  EXPECT_THAT(
      asked(reader, R"(sum by (level) (count_over_time({app="shop"} | regexp `level=(?P<level>\w+)` [1m])))", "level"),
      ElementsAre(Pair("info", 5), Pair("warn", 1)));
  EXPECT_EQ(reader.rows_read, 0u);
}

TEST(TemplateQuery, LooksAtTheLinesOfTemplatesWhoseValuesMatter) {
  const auto reader = shop();
  EXPECT_THAT(
      asked(reader, R"(sum by (user) (count_over_time({app="shop"} | regexp `user (?P<user>\d+)` | user != "" [1m])))",
            "user"),
      ElementsAre(Pair("1", 1), Pair("42", 1), Pair("7", 1)));
  EXPECT_EQ(reader.rows_read, 3u) << "the third template has no user in any line";
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

}  // namespace
}  // namespace oc::query
