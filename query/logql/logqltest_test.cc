// Runs Loki's declarative scripts, which lie beside the repository and not in it (their licence differs). The format is
// described in FORMAT.md there.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "query/logql/engine.h"
#include "query/logql/go_text.h"
#include "query/logql/memory_log_reader.h"
#include "query/logql/parser.h"

namespace oc::query {
namespace {

constexpr std::string_view kFolder = "../shared/data/logqltest";

std::filesystem::path repository() { return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path(); }

Nanos duration_of(const std::string& text) {
  const auto duration = go_parse_duration(text == "0" ? "0s" : text);
  EXPECT_TRUE(duration) << text;
  return duration.value_or(0);
}

Labels labels_of(const std::string& selector) {
  Labels labels;
  static const std::regex pair(R"re(([A-Za-z_][A-Za-z0-9_]*)\s*=\s*("(?:[^"\\]|\\.)*"))re");
  for (std::sregex_iterator it(selector.begin(), selector.end(), pair), end; it != end; ++it) {
    labels.emplace_back((*it)[1], go_unquote((*it)[2].str()).value_or(""));
  }
  std::ranges::sort(labels);
  return labels;
}

std::string without_comment(const std::string& line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quote != 0) {
      if (line[i] == quote) quote = 0;
    } else if (line[i] == '"' || line[i] == '`') {
      quote = line[i];
    } else if (line[i] == '#') {
      return line.substr(0, i);
    }
  }
  return line;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<double> number_of(const std::string& text) {
  if (text == "_") return std::nullopt;
  if (text == "Inf") return HUGE_VAL;
  return go_parse_float(text).value_or(std::nan("1"));
}

// "1-2x3" is 1 -1 -3 -5; "_" is no point.
std::vector<std::optional<double>> points_of(const std::string& text) {
  std::vector<std::optional<double>> points;
  static const std::regex series(R"(^(.*\d)(?:([+-][\d.]+))?x(\d+)$)");
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    std::smatch match;
    if (!std::regex_match(word, match, series) || word.starts_with("0x")) {
      points.push_back(number_of(word));
      continue;
    }
    std::string base = match[1];
    std::string step = match[2];
    if (step.empty()) {
      if (const auto sign = base.find_first_of("+-", 1); sign != std::string::npos) {
        step = base.substr(sign);
        base = base.substr(0, sign);
      }
    }
    for (int i = 0; i <= std::stoi(match[3]); ++i) {
      points.push_back(*number_of(base) + i * (step.empty() ? 0 : std::stod(step)));
    }
  }
  return points;
}

bool same(double want, double got) {
  if (std::isnan(want) || std::isnan(got)) return std::isnan(want) == std::isnan(got);
  if (std::isinf(want) || std::isinf(got)) return want == got;
  return std::abs(want - got) <= 1e-9 * std::max({1.0, std::abs(want), std::abs(got)});
}

struct Expectation {
  bool fails = false;
  bool empty = false;
  bool ordered = false;
  std::string message;
  std::string regex;
  std::optional<double> scalar;
  std::vector<std::pair<Labels, std::vector<std::optional<double>>>> series;
};

struct Evaluation {
  std::string query;
  bool range = false;
  Nanos from = 0;
  Nanos to = 0;
  Nanos step = 1;
};

std::string text_of(const Labels& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels) text += fmt::format("{}=\"{}\" ", name, value);
  return text + "}";
}

class Script {
 public:
  explicit Script(const std::filesystem::path& file) : name_(file.filename()), input_(file) {}

  int run() {
    std::string line;
    while (next(line)) {
      const auto text = trimmed(without_comment(line));
      if (text.empty()) continue;
      if (text == "clear") {
        reader_ = std::make_unique<MemoryLogReader>();
      } else if (text == "load") {
        load();
      } else if (text.starts_with("eval ")) {
        evaluate(text);
      } else {
        ADD_FAILURE() << place() << text;
      }
    }
    return evaluations_;
  }

 private:
  bool next(std::string& line) {
    if (held_) {
      line = *std::exchange(held_, std::nullopt);
      return true;
    }
    ++number_;
    return static_cast<bool>(std::getline(input_, line));
  }
  // The indented lines that follow.
  bool next_in_block(std::string& text) {
    std::string line;
    while (next(line)) {
      if (trimmed(line).empty() || (line[0] != ' ' && line[0] != '\t')) {
        held_ = line;
        return false;
      }
      text = trimmed(without_comment(line));
      if (!text.empty()) return true;
    }
    return false;
  }
  std::string place() const { return fmt::format("{}:{}: ", name_, number_); }

  void load() {
    static const std::regex form(
        R"re((\{.*?\})\s+(?:"([^"]*)"|`([^`]*)`)\s+@\s*(\S+)\s*(?:\[repeat every (\S+)\s+for (\d+)\])?\s*(?:\[metadata (.*)\])?)re");
    std::string text;
    while (next_in_block(text)) {
      std::smatch match;
      if (!std::regex_match(text, match, form)) {
        ADD_FAILURE() << place() << "can't read " << text;
        continue;
      }
      const std::string body = match[2].matched ? match[2] : match[3];
      const int count = match[6].matched ? std::stoi(match[6]) : 1;
      const Nanos every = match[5].matched ? duration_of(match[5]) : 0;
      for (int i = 0; i < count; ++i) {
        auto line = std::regex_replace(body, std::regex(R"(\{\{\.i\}\})"), std::to_string(i));
        reader_->add(without_empty(labels_of(match[1])), duration_of(match[4]) + i * every, line,
                     labels_of(std::regex_replace(match[7].str(), std::regex("\"([A-Za-z_ ]+)\"="), "$1=")));
      }
    }
  }

  void evaluate(const std::string& text) {
    ++evaluations_;
    const auto at = place();
    Evaluation evaluation;
    static const std::regex instant(R"(eval instant at (\S+) (.*))");
    static const std::regex range(R"(eval range from (\S+) to (\S+) step (\S+) (.*))");
    std::smatch match;
    if (std::regex_match(text, match, instant)) {
      evaluation = {match[2], false, duration_of(match[1]), duration_of(match[1]), 1};
    } else if (std::regex_match(text, match, range)) {
      evaluation = {match[4], true, duration_of(match[1]), duration_of(match[2]), duration_of(match[3])};
    } else {
      ADD_FAILURE() << at << text;
      return;
    }
    Expectation expectation;
    std::string line;
    while (next_in_block(line)) read_expectation(line, expectation);
    const auto result = evaluation.range ? run_range_query(*reader_, {.query = evaluation.query,
                                                                      .start_ns = evaluation.from,
                                                                      .end_ns = evaluation.to,
                                                                      .step_ns = evaluation.step,
                                                                      .aligned = false,
                                                                      .interruption = {}})
                                         : run_instant_query(*reader_, {evaluation.query, evaluation.from, {}});
    check(at + evaluation.query, evaluation, expectation, result);
  }

  static void read_expectation(const std::string& line, Expectation& expectation) {
    if (line.starts_with("expect fail")) {
      expectation.fails = true;
      if (line.starts_with("expect fail msg: ")) expectation.message = line.substr(17);
      if (line.starts_with("expect fail regex: ")) expectation.regex = line.substr(19);
    } else if (line == "expect empty") {
      expectation.empty = true;
    } else if (line == "expect ordered") {
      expectation.ordered = true;
    } else if (line.starts_with("{")) {
      const auto close = line.rfind('}');
      expectation.series.emplace_back(labels_of(line.substr(0, close + 1)), points_of(line.substr(close + 1)));
    } else if (!line.starts_with("skip ")) {
      expectation.scalar = number_of(line);
    }
  }

  static void check(const std::string& where, const Evaluation& evaluation, const Expectation& want,
                    const Result<QueryResult>& got) {
    if (want.fails) {
      EXPECT_FALSE(got) << where << ": should fail";
      if (got) return;
      EXPECT_NE(got.error().message.find(want.message), std::string::npos) << where << "\n" << got.error().message;
      if (!want.regex.empty()) EXPECT_TRUE(std::regex_search(got.error().message, std::regex(want.regex))) << where;
      return;
    }
    ASSERT_TRUE(got) << where << "\n" << (got ? "" : got.error().message);
    const auto& samples = std::get<Samples>(got->data);
    if (want.scalar) {
      const auto* scalar = std::get_if<double>(&samples.value);
      ASSERT_NE(scalar, nullptr) << where;
      EXPECT_TRUE(same(*want.scalar, *scalar)) << where << ": " << *scalar;
      return;
    }
    SeriesSet series;
    if (const auto* scalar = std::get_if<double>(&samples.value)) {  // a range query over a number: one series
      auto& constant = series.emplace_back(Labels(), samples.steps.count);
      for (std::size_t i = 0; i < samples.steps.count; ++i) constant.set(i, *scalar);
    } else {
      series = std::get<SeriesSet>(samples.value);
    }
    check_series(where, evaluation, want, series, samples.steps);
  }

  static void check_series(const std::string& where, const Evaluation& evaluation, const Expectation& want,
                           const SeriesSet& got, const Steps& steps) {
    std::string all;
    for (const auto& series : got) {
      all += "  got " + text_of(series.labels);
      for (std::size_t i = 0; i < steps.count; ++i) {
        all += series.present[i] != 0 ? " " + go_format_float(series.values[i]) : " _";
      }
      all += "\n";
    }
    EXPECT_EQ(want.series.size(), got.size()) << where << "\n" << all;
    for (std::size_t n = 0; n < want.series.size(); ++n) {
      const auto& [labels, points] = want.series[n];
      auto at = std::ranges::find(got, labels, &Series::labels);
      if (want.ordered && n < got.size() && got[n].labels != labels) at = got.end();
      ASSERT_TRUE(at != got.end()) << where << ": no " << text_of(labels) << "\n" << all;
      for (std::size_t i = 0; i < points.size(); ++i) {
        const Nanos time = evaluation.from + static_cast<Nanos>(i) * (evaluation.range ? evaluation.step : 0);
        const auto step = static_cast<std::size_t>((time - steps.first_ns) / steps.step_ns);
        ASSERT_LT(step, steps.count) << where;
        const bool present = at->present[step] != 0;
        const bool equal = points[i] ? present && same(*points[i], at->values[step]) : !present;
        EXPECT_TRUE(equal) << where << ": point " << i << " of " << text_of(labels) << "\n" << all;
      }
    }
  }

  std::string name_;
  std::ifstream input_;
  int number_ = 0;
  int evaluations_ = 0;
  std::optional<std::string> held_;
  std::unique_ptr<MemoryLogReader> reader_ = std::make_unique<MemoryLogReader>();
};

TEST(LogQlScripts, GiveWhatLokiGives) {
  const auto folder = repository() / kFolder;
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  int evaluations = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".logqltest") evaluations += Script(file.path()).run();
  }
  EXPECT_GT(evaluations, 0);
  RecordProperty("evaluations", evaluations);
  fmt::print("{} evaluations\n", evaluations);
}

}  // namespace
}  // namespace oc::query
