// What queries answer from the templates and columns of a part is what they answer from the lines one by one.
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "query/logql/engine.h"
#include "query/logql/memory_log_reader.h"
#include "stores/logs/log_store_fixture.h"
#include "stores/logs/simulated_file_system.h"

namespace oc::stores {
namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr int kRowsOfShape = 250;  // more than a template needs, and than are looked at one by one first

class Lines {
 public:
  explicit Lines(std::uint32_t seed) : dice_(seed) {}

  static constexpr unsigned kShapes = 15;
  // A line of one of the shapes that `shape` names; those of one shape differ in a few values.
  std::string of(unsigned shape) {
    switch (shape % kShapes) {
      case 0:
        return fmt::format(R"({{"level":"{}","status":{},"took":{},"user":"{}"}})", level(), status(), number(),
                           word());
      case 1:
        return fmt::format(R"({{"time":"2025-11-22T08:26:{:02}.{:03}Z","msg":"{} of {} took {} ms","status":{}}})",
                           roll(60), roll(1000), word(), roll(1000), number(), status());
      case 2:
        return fmt::format(R"({{"a":{{"status":{},"b":{{"took":{}}}}},"list":[{},{}],"status":"{}"}})", status(),
                           number(), roll(9), roll(9), status());
      case 3:
        return fmt::format(R"({{"msg":"path \"/cart/{}\" \u00e9","took":"{}","took":{},"user":null}})", roll(999),
                           number(), roll(5));
      case 4:
        return fmt::format(R"({{"status":{},"msg":"{}" "took":{}}})", status(), damage(), number());
      case 5:
        return fmt::format("level={} status={} took={}ms msg=\"user {} at {}\"", level(), status(), roll(2000), word(),
                           roll(100));
      case 6:
        return fmt::format("level={} status={} took={} user={}\"{}", level(), status(), number(), word(), roll(9));
      case 7:
        return fmt::format("10.0.{}.{} - {} [{}] \"GET /{}/{}\" {} {}", roll(4), roll(255), word(), roll(99), word(),
                           roll(999), status(), roll(100'000));
      case 8:
        return fmt::format("plain text {} of {} status {}", word(), roll(1000), status());
      case 9:
        return fmt::format(R"({{"Status Code":{},"took.ms":{},"é{}":"{}","level":"caf\u00e9 {}\ud800"}})", status(),
                           number(), roll(3), word(), roll(5));
      case 10:
        return fmt::format(R"({{"status" : {} , "took":{}{},"level":{},"ok":true}})", status(), sign(), number(),
                           roll(3) == 0 ? "null" : "\"warn\"");
      case 11:
        return fmt::format("{}{} status={}", pick({"{", "q", "7", " "}), roll(1000), status());
      case 12:
        return fmt::format("at {} {}={} took={} {}", word(), pick({"status", "user", "level"}), number(), number(),
                           word());
      case 13:
        return fmt::format("{} of {}={} took={}", roll(100), pick({"a status", "user", "x"}), status(), number());
      default:
        return fmt::format("status={} =x \"q\" took=\"{}\" level=\"\" empty= user={} k{}=v", status(), number(),
                           damage(), roll(40));
    }
  }
  std::uint32_t roll(std::uint32_t sides) { return dice_() % sides; }
  template <std::size_t N>
  std::string_view pick(const std::string_view (&of)[N]) {
    return of[roll(N)];
  }

 private:
  std::string_view level() { return pick({"info", "warn", "error"}); }
  std::string_view word() {
    return pick({"alice", "bob7", "dave x2", "", "caf\xc3\xa9 1", "a/b/3", "\xff 4", "{", "[1,2"});
  }
  std::string status() { return std::to_string(200 + roll(4) * 100); }
  std::string_view damage() { return pick({"fine", "a \"quote\" 1", "end\\\\", "a\\", "tab\\t 2", "\\u00"}); }
  std::string_view sign() { return pick({"", "-", "+", "x"}); }
  std::string number() { return fmt::format("{}{}", roll(900), pick({"", ".5", ".25", ".75"})); }

  std::mt19937 dice_;
};

class TemplateAnswers : public ::testing::Test {
 protected:
  TemplateAnswers() {
    LogStoreOptions options;
    options.directory = "/store";
    options.background = false;
    options.retention_time = std::chrono::hours(1);
    store_ = std::move(LogStore::open(options, metrics_, files_, clock_).value());
  }

  // Some shapes, their lines shuffled in time, in two streams of which one has names that lines have, too.
  void fill(Lines& lines) {
    std::vector<TestRow> rows;
    const unsigned shapes[] = {lines.roll(Lines::kShapes), lines.roll(Lines::kShapes), lines.roll(Lines::kShapes)};
    for (int i = 0; i < 3 * kRowsOfShape; ++i) {
      const bool plain = lines.roll(3) != 0;
      TestRow row{plain ? query::Labels{{"app", "a"}} : query::Labels{{"app", "b"}, {"level", "of stream"}},
                  (i / 2 + 1) * kSecond / 4, lines.of(shapes[lines.roll(3)])};
      if (with_metadata_ && lines.roll(2) == 0) row.metadata = {{"status", "of metadata"}, {"trace", "t"}};
      by_line_.add(row.labels, row.time_ns, row.line, row.metadata);
      rows.push_back(std::move(row));
    }
    EXPECT_TRUE(store_->append(TestBatch(std::move(rows)).batch()));
    EXPECT_TRUE(store_->seal());
  }

  static std::string line_filter(Lines& lines) {
    if (lines.roll(2) == 0) return "";
    return std::string(lines.pick({R"(|~ "took|fine" )", R"(|~ "(?i)STATUS.*400" )", R"(!~ "alice|bob7" )",
                                   R"(|~ "took.{1,3}\\d+" )", R"(|~ "^plain|\\}$" )", R"(!~ "user [a-d]|(of|at) \\d" )",
                                   R"(|~ "[0-9]{3}$" )", R"(|~ "le?vel=\\w+ " != "zz" )", R"(|~ "(?i)[^a]lice" )"}));
  }

  static std::string pipeline(Lines& lines) {
    std::string text = line_filter(lines);
    text += lines.pick({"| json", "| json", "| logfmt", "| logfmt --keep-empty", "| json | logfmt",
                        R"(| json took="a.b.took", status="a.status", user="list[1]")",
                        R"(| json status, took, m="msg.x")", R"(| json s=`["Status Code"]`, took="took")",
                        "| regexp `status.{1,4}(?P<status>\\d+)`", "| regexp `(?P<user>\\w+) of (?P<took>\\d+)`",
                        "| pattern `<_> - <user> [<took>] <_>\" <status> <bytes>`", "| pattern `<_>status<status>`",
                        R"(| logfmt took="took", status)", "| unpack", R"(|= "0" | json)", "| logfmt --strict",
                        R"(| json | line_format "{{.status}}" | logfmt)"});
    for (auto more = lines.roll(3); more > 0; --more) {
      text += lines.pick(
          {" | status >= 400", R"( | status="300")", R"( | level=~"w.*|info")", R"( | took > 100 or user="bob7")",
           R"( | user != "")", " | drop level", R"( | drop __error__, status="200")", " | keep took, status, level",
           " | label_format level=user", R"( | __error__="")", " | took < 1s", " | took > 1KB",
           R"( | msg=~".*cart.*|.*took.*")", " | user=ip(`10.0.0.0/8`)", R"( | status_extracted="400")",
           R"( | label_format level="{{.user}}-{{.status}}")", R"( |> "<_>5<_>")", R"( | a_b_took > 10)"});
    }
    return text;
  }

  // Stages that look at no line.
  static std::string by_labels(Lines& lines) {
    return line_filter(lines) +
           std::string(lines.pick({"", R"(| trace="t")", R"(| status="")", "| drop status",
                                   R"(| status >= 400 | __error__="")", R"(| status_extracted=~"of.*" or trace="")"}));
  }

  static std::string metric(Lines& lines) {
    const auto pipeline = TemplateAnswers::pipeline(lines);
    const auto unwrapped =
        pipeline + std::string(lines.pick({" | unwrap took", " | unwrap status", " | unwrap duration(took)",
                                           R"( | unwrap took | __error__="")", R"( | unwrap took | took > 100)",
                                           " | unwrap bytes(took)"}));
    const auto by = lines.pick({"", " by (level)", " by (status, user)", " by (app)", " by (status_extracted)",
                                " by (__error__)", " by (level, trace)"});
    const auto query = [&](std::string_view function, const std::string& log, std::string_view range_by) {
      return fmt::format("{}({{app=~\".+\"}} {} [30s]){}", function, log, range_by);
    };
    switch (lines.roll(6)) {
      case 0:
        return fmt::format("sum{} ({})", by, query("count_over_time", pipeline, ""));
      case 4:
        return fmt::format("sum{} ({})", by, query("count_over_time", by_labels(lines), ""));
      case 5:
        return fmt::format("sum{} ({})", by, query("bytes_over_time", by_labels(lines), ""));
      case 1:
        return fmt::format("sum{} ({})", by, query("sum_over_time", unwrapped, ""));
      case 2:
        return query(lines.pick({"max_over_time", "first_over_time", "last_over_time", "avg_over_time"}), unwrapped,
                     by);
      default:
        return query("quantile_over_time", unwrapped, by).insert(std::string("quantile_over_time(").size(), "0.5, ");
    }
  }

  // Streams come in any order: of two lines with errors either may be named, and sums may round differently.
  static std::string text_of(const Result<query::QueryResult>& result) {
    if (!result) return result.error().message.substr(0, result.error().message.find('\''));
    const auto& samples = std::get<query::Samples>(result->data);
    std::string text;
    for (const auto& series : std::get<query::SeriesSet>(samples.value)) {
      for (const auto& [name, value] : series.labels) text += fmt::format("{}={:?} ", name, value);
      for (std::size_t i = 0; i < samples.steps.count; ++i)
        text += series.present[i] != 0 ? fmt::format("{:.9g} ", series.values[i]) : "_ ";
      text += "\n";
    }
    return text;
  }
  static std::string asked(const query::LogReader& reader, const std::string& query) {
    return text_of(query::run_range_query(reader, {.query = query,
                                                   .start_ns = 20 * kSecond,
                                                   .end_ns = 80 * kSecond,
                                                   .step_ns = 20 * kSecond,
                                                   .interruption = {}}));
  }

  static std::vector<std::string> entries(const query::LogReader& reader, const std::string& pipeline,
                                          query::Direction direction) {
    const auto result = query::run_range_query(reader, {.query = "{app=~\".+\"} " + pipeline,
                                                        .start_ns = kSecond,
                                                        .end_ns = 100 * kSecond,
                                                        .step_ns = kSecond,
                                                        .limit = 2'000,
                                                        .direction = direction,
                                                        .interruption = {}});
    if (!result) return {result.error().message};
    std::vector<std::string> found;
    for (const auto& entry : std::get<query::LogEntries>(result->data).entries) {
      found.push_back(fmt::format("{} {}", entry.time_ns, entry.line));
      for (const auto& [name, value] : entry.labels.all()) found.back() += fmt::format(" {}={}", name, value);
    }
    std::ranges::sort(found);  // rows of one time in two streams
    return found;
  }

  bool with_metadata_ = false;
  SimulatedFileSystem files_;
  ManualClock clock_{1'000'000};
  MetricRegistry metrics_;
  std::unique_ptr<LogStore> store_;
  query::MemoryLogReader by_line_;
};

class TemplateAnswersSeeded : public TemplateAnswers, public ::testing::WithParamInterface<std::uint32_t> {};

TEST_P(TemplateAnswersSeeded, AreThoseOfTheLines) {
  Lines lines(GetParam());
  with_metadata_ = GetParam() % 3 == 0;
  fill(lines);
  for (int i = 0; i < 25; ++i) {
    const auto query = metric(lines);
    EXPECT_EQ(asked(*store_, query), asked(by_line_, query)) << query;
  }
}

TEST_P(TemplateAnswersSeeded, AreTheLinesThatFiltersKeep) {
  Lines lines(GetParam());
  with_metadata_ = GetParam() % 3 == 0;
  fill(lines);
  for (int i = 0; i < 10; ++i) {
    const auto filters = pipeline(lines);
    const auto direction = i % 2 == 0 ? query::Direction::kForward : query::Direction::kBackward;
    EXPECT_EQ(entries(*store_, filters, direction), entries(by_line_, filters, direction)) << filters;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TemplateAnswersSeeded, ::testing::Range(1u, 61u));

}  // namespace
}  // namespace oc::stores
