// For tests: queries over rows in memory, outcomes as text. Times are seconds.
#pragma once

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "query/logql/engine.h"
#include "query/logql/go_text.h"
#include "query/logql/memory_log_reader.h"

namespace oc::query {

class EngineTest : public ::testing::Test {
 protected:
  static constexpr Nanos kSecond = 1'000'000'000;

  void add(Labels stream, int seconds, std::string line, Labels metadata = {}) {
    reader_.add(std::move(stream), seconds * kSecond, std::move(line), std::move(metadata));
  }

  // Entries from the oldest, as `labels line`, a line each; or the error.
  std::string log(std::string query) const {
    const auto result = run_range_query(reader_, {.query = std::move(query),
                                                  .end_ns = 1'000 * kSecond,
                                                  .step_ns = kSecond,
                                                  .direction = Direction::kForward,
                                                  .interruption = {}});
    if (!result) return result.error().message;
    std::string text;
    for (const auto& entry : std::get<LogEntries>(result->data).entries) {
      text += fmt::format("{} {}\n", labels_text(entry.labels.all()), entry.line);
    }
    return text;
  }

  // Series as `labels value`, a line each; a number; or the error.
  std::string instant(std::string query, int at = 60) const {
    return text_of(run_instant_query(reader_, {std::move(query), at * kSecond, {}}));
  }
  // Likewise with a value a step, `_` for none.
  std::string range(std::string query, int from, int to, int step) const {
    return text_of(run_range_query(reader_, {.query = std::move(query),
                                             .start_ns = from * kSecond,
                                             .end_ns = to * kSecond,
                                             .step_ns = step * kSecond,
                                             .interruption = {}}));
  }

  static std::string labels_text(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) text += fmt::format("{}{}={}", text.empty() ? "{" : ",", name, value);
    return text.empty() ? "{}" : text + "}";
  }

  static std::string text_of(const Result<QueryResult>& result) {
    if (!result) return result.error().message;
    const auto& samples = std::get<Samples>(result->data);
    if (const auto* scalar = std::get_if<double>(&samples.value)) return go_format_float(*scalar);
    std::string text;
    for (const auto& series : std::get<SeriesSet>(samples.value)) {
      text += labels_text(series.labels);
      for (std::size_t i = 0; i < samples.steps.count; ++i) {
        text += series.present[i] != 0 ? " " + go_format_float(series.values[i]) : " _";
      }
      text += "\n";
    }
    return text;
  }

  MemoryLogReader reader_;
};

}  // namespace oc::query
