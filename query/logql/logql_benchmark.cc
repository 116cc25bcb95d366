// What the engine costs a line: rows that lie ready in memory, so that no store is measured. Nanoseconds a line, and
// allocations a line where malloc is counted.
#include <array>
#include <random>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "query/logql/engine.h"

namespace oc::query {
namespace {

constexpr int kLines = 100'000;
constexpr Nanos kMillisecond = 1'000'000;
constexpr std::size_t kBlockRows = 4'096;

using MakeLine = std::string (*)(int index, unsigned random);

std::string json_line(int, unsigned random) {
  constexpr std::array<std::string_view, 4> kLevels = {"info", "info", "warn", "error"};
  return fmt::format(
      R"({{"level":"{}","msg":"request done","status":{},"duration":"{}ms","bytes":{},"request":{{"method":"GET",)"
      R"("path":"/api/v1/items/{}"}},"user":"u{}"}})",
      kLevels[random % 4], 200 + random % 5 * 75, random % 900, random % 65'536, random % 10'000, random % 300);
}
std::string logfmt_line(int, unsigned random) {
  return fmt::format("level={} msg=\"request done\" status={} duration={}ms bytes={} path=/api/v1/items/{} user=u{}",
                     random % 4 == 0 ? "error" : "info", 200 + random % 5 * 75, random % 900, random % 65'536,
                     random % 10'000, random % 300);
}
std::string plain_line(int index, unsigned random) {
  return fmt::format("2025-11-22T08:26:40.{:03}Z {} [checkout] Received block blk_{} of size {} from /10.99.{}.{}",
                     index % 1000, random % 16 == 0 ? "ERROR" : "INFO", random * 7919ULL, random % 65'536, random % 256,
                     random / 256 % 256);
}

class ReadyRows final : public LogReader {
 public:
  explicit ReadyRows(MakeLine make) : stream_{1, {{"env", "prod"}, {"service_name", "checkout"}}} {
    std::minstd_rand random(7);
    for (int i = 0; i < kLines; ++i) lines_.push_back(make(i, static_cast<unsigned>(random())));
    for (int i = 0; i < kLines; ++i) {
      rows_.push_back(
          {(i + 1) * kMillisecond, static_cast<std::uint64_t>(i), lines_[static_cast<std::size_t>(i)], metadata_});
    }
  }
  Status scan(const ScanRequest& request, RowSink& sink) const override {
    OC_TRY_ASSIGN(const auto filters, CompiledLineFilters::compile(request.line_filters));
    std::vector<Row> kept;
    for (std::size_t at = 0; at < rows_.size(); at += kBlockRows) {
      auto block = std::span(rows_).subspan(at, std::min(kBlockRows, rows_.size() - at));
      if (!request.line_filters.empty()) {
        kept.clear();
        std::ranges::copy_if(block, std::back_inserter(kept),
                             [&](const Row& row) { return filters.matches(row.line); });
        block = kept;
      }
      if (!sink.rows(stream_, block)) break;
    }
    return {};
  }
  Result<std::vector<StreamPtr>> streams(std::span<const Matcher>, Nanos, Nanos) const override {
    return std::vector{std::make_shared<const Stream>(stream_)};
  }
  std::unique_ptr<TailSubscription> tail(std::vector<Matcher>, std::vector<LineFilter>,
                                         std::function<void(const Stream&, const Row&)>) override {
    return nullptr;
  }

 private:
  Stream stream_;
  std::array<LabelView, 2> metadata_ = {{{"detected_level", "info"}, {"host_name", "node-1"}}};
  std::vector<std::string> lines_;
  std::vector<Row> rows_;
};

void run(benchmark::State& state, MakeLine make, const std::string& query) {
  const ReadyRows rows(make);
  for (auto _ : state) {
    const auto result = run_range_query(
        rows, {.query = query, .end_ns = kLines * kMillisecond, .step_ns = 1'000 * kMillisecond, .interruption = {}});
    if (!result) state.SkipWithError(result.error().message.c_str());
  }
  state.counters["ns_per_line"] = benchmark::Counter(static_cast<double>(state.iterations()) * kLines / 1e9,
                                                     benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(run, count_by_stream_label, plain_line, "sum by (service_name)(count_over_time({env=\"prod\"}[1m]))");
BENCHMARK_CAPTURE(run, count_by_metadata, plain_line, "sum by (detected_level)(count_over_time({env=\"prod\"}[1m]))");
BENCHMARK_CAPTURE(run, filtered_count, plain_line, "sum(count_over_time({env=\"prod\"} |= \"ERROR\" [1m]))");
BENCHMARK_CAPTURE(run, count_of_all_labels, plain_line, "count_over_time({env=\"prod\"}[1m])");
BENCHMARK_CAPTURE(run, json_filter_sum, json_line,
                  "sum(sum_over_time({env=\"prod\"} | json | status >= 400 | unwrap bytes [1m]))");
BENCHMARK_CAPTURE(run, json_count_by_field, json_line, "sum by (level)(count_over_time({env=\"prod\"} | json [1m]))");
BENCHMARK_CAPTURE(run, json_all_fields, json_line, "{env=\"prod\"} | json | status=\"nosuch\"");
BENCHMARK_CAPTURE(run, json_path, json_line,
                  "sum by (m)(count_over_time({env=\"prod\"} | json m=\"request.method\" [1m]))");
BENCHMARK_CAPTURE(run, logfmt_filter_avg, logfmt_line,
                  "avg_over_time({env=\"prod\"} | logfmt | unwrap duration(duration) [1m]) by (level)");
BENCHMARK_CAPTURE(run, regexp_count_by_field, plain_line,
                  "sum by (size)(count_over_time({env=\"prod\"} | regexp `of size (?P<size>\\d\\d)` [1m]))");
BENCHMARK_CAPTURE(run, pattern_count_by_field, plain_line,
                  "sum by (level)(count_over_time({env=\"prod\"} | pattern `<_> <level> [<_>] <_>` [1m]))");
BENCHMARK_CAPTURE(run, line_format, json_line,
                  "sum(bytes_over_time({env=\"prod\"} | json | line_format `{{.status}} {{.msg}}` [1m]))");

}  // namespace
}  // namespace oc::query
