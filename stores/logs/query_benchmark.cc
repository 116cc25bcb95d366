// 500 MB of service lines in six streams, with the offsets of their records, as a store holds them: what they take on
// disk, and what questions never asked before take, on one core. Times are milliseconds.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/ids.h"
#include "stores/logs/columns/line_shapes.h"
#include "stores/logs/log_store.h"

namespace oc::stores {
namespace {

constexpr std::size_t kBytes = 500'000'000;
constexpr std::size_t kRowsOfRequest = 5'000;
constexpr std::string_view kServices[] = {"checkout", "inventory", "payments", "frontend", "shipping", "search"};

// Of this process, as others may be at work on the machine.
double cpu_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

class FilledStore {
 public:
  FilledStore() : directory_(std::filesystem::temp_directory_path() / ("oc-bench-" + random_hex(8))) {
    std::filesystem::create_directories(directory_);
    open();
    fill();
    (void)store_->seal();
    (void)store_->maintain();
  }
  ~FilledStore() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  // Nothing of the store stays in memory but the kernel's cache.
  void open() {
    store_.reset();
    LogStoreOptions options;
    options.directory = directory_;
    options.background = false;
    options.retention_time = std::chrono::hours(24 * 10'000);
    store_ = std::move(LogStore::open(options, metrics_).value());
  }
  LogStore& store() { return *store_; }
  double bytes_on_disk() const {
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(directory_))
      if (file.path().filename().string().starts_with("part-")) bytes += file.file_size();
    return static_cast<double>(bytes);
  }
  const std::vector<std::string>& samples() const { return samples_; }
  double fill_seconds() const { return fill_seconds_; }

 private:
  void fill() {
    columns::LineShape lines("services");
    std::mt19937_64 random(5);
    std::vector<std::uint64_t> offsets(std::size(kServices));
    for (std::size_t bytes = 0; bytes < kBytes;) {
      AppendBatch batch;
      batch.tenant = "default";
      for (const std::string_view service : kServices)
        batch.add_stream(query::Labels{{"service_name", std::string(service)}});
      batch.shared_metadata = {{{"host_name", "h"}, {"source_id", "0123456789abcdef"}}};
      for (std::size_t i = 0; i < kRowsOfRequest; ++i) {
        AppendBatch::Row row;
        row.stream = static_cast<std::uint32_t>(random() % std::size(kServices));
        lines.set_service(kServices[row.stream]);
        row.line = batch.keep(lines.next());
        row.time_ns = lines.time_ns();
        row.own_begin = static_cast<std::uint32_t>(i);
        row.own_end = row.own_begin + 1;
        batch.own_metadata.emplace_back("log_file_record_offset", batch.keep(std::to_string(offsets[row.stream])));
        offsets[row.stream] += row.line.size() + 1;
        bytes += row.line.size() + 1;
        batch.rows.push_back(row);
      }
      samples_.emplace_back(batch.rows[random() % kRowsOfRequest].line);
      const auto start = cpu_milliseconds();
      (void)store_->append(batch);
      fill_seconds_ += (cpu_milliseconds() - start) / 1000;
    }
  }
  std::filesystem::path directory_;
  MetricRegistry metrics_;
  std::unique_ptr<LogStore> store_;
  std::vector<std::string> samples_;
  double fill_seconds_ = 0;
};

FilledStore& filled() {
  static FilledStore store;
  return store;
}

class CountingRows final : public query::RowSink {
 public:
  explicit CountingRows(std::size_t most = SIZE_MAX) : most_(most) {}
  bool rows(const query::Stream&, std::span<const query::Row> rows) override {
    for (const query::Row& row : rows) minutes_ += static_cast<std::uint64_t>(row.time_ns / 60'000'000'000);
    count_ += rows.size();
    return count_ < most_;
  }
  std::size_t count() const { return count_; }

 private:
  std::size_t most_, count_ = 0;
  std::uint64_t minutes_ = 0;
};

query::ScanRequest all_of_time() {
  query::ScanRequest request;
  request.start_ns = 0;
  request.end_ns = INT64_MAX;
  return request;
}

// Mid-number, across borders of templates, hex, addresses, absent ones.
std::vector<std::string> needles(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::string> needles;
  const auto& samples = filled().samples();
  while (needles.size() < 50) {
    const std::string& line = samples[random() % samples.size()];
    needles.push_back(line.substr(25 + random() % (line.size() - 40), 6 + random() % 12));
    if (std::ranges::count_if(needles.back(), [](char c) { return c >= '0' && c <= '9'; }) < 5) needles.pop_back();
  }
  for (int i = 0; i < 10; ++i) needles.push_back(fmt::format("{}{:x}", i % 2 ? "absent " : "", random() >> 24));
  return needles;
}

void needles_first_asked(benchmark::State& state) {
  std::vector<double> took;
  std::uint64_t seed = 1;
  for (auto _ : state) {
    for (const std::string& needle : needles(seed++)) {
      query::ScanRequest request = all_of_time();
      request.line_filters = {{query::LineFilter::Type::kContains, {needle}}};
      CountingRows sink;
      const auto start = cpu_milliseconds();
      if (!filled().store().scan(request, sink)) state.SkipWithError("scan failed");
      // Those in more lines measure the making of lines.
      if (sink.count() <= 100) took.push_back(cpu_milliseconds() - start);
    }
  }
  std::ranges::sort(took);
  state.counters["p50_ms"] = took[took.size() / 2];
  state.counters["p95_ms"] = took[took.size() * 95 / 100];
  state.counters["max_ms"] = took.back();
}

void on_disk(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(filled().bytes_on_disk());
  state.counters["megabytes"] = filled().bytes_on_disk() / 1e6;
  state.counters["append_and_seal_mb_per_s_core"] = kBytes / 1e6 / filled().fill_seconds();
}

void run(benchmark::State& state, const query::ScanRequest& request, std::size_t most = SIZE_MAX) {
  for (auto _ : state) {
    CountingRows sink(most);
    if (!filled().store().scan(request, sink)) state.SkipWithError("scan failed");
    state.counters["rows"] = static_cast<double>(sink.count());
  }
}

void count_everything(benchmark::State& state) {
  auto request = all_of_time();
  request.needs_lines = request.needs_metadata = false;
  run(state, request);
}

void count_errors_of_a_service(benchmark::State& state) {
  auto request = all_of_time();
  request.needs_lines = request.needs_metadata = false;
  request.matchers = {{"service_name", query::Matcher::Type::kEqual, "payments"}};
  request.line_filters = {{query::LineFilter::Type::kContains, {"ERROR"}}};
  run(state, request);
}

void last_100_lines(benchmark::State& state) {
  auto request = all_of_time();
  request.matchers = {{"service_name", query::Matcher::Type::kEqual, "payments"}};
  run(state, request, 100);
}

void every_line(benchmark::State& state) {
  auto request = all_of_time();
  request.needs_metadata = state.range(0) != 0;
  run(state, request);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBytes));
}

BENCHMARK(on_disk)->Iterations(1);
BENCHMARK(needles_first_asked)->Iterations(2)->Unit(benchmark::kMillisecond);
BENCHMARK(count_everything)->Unit(benchmark::kMillisecond);
BENCHMARK(count_errors_of_a_service)->Unit(benchmark::kMillisecond);
BENCHMARK(last_100_lines)->Unit(benchmark::kMillisecond);
BENCHMARK(every_line)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace oc::stores
