// Append and scan throughput on a real disk, in MB of lines a second.
#include <filesystem>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/ids.h"
#include "stores/logs/log_store.h"

namespace oc::stores {
namespace {

constexpr int kRowsPerRequest = 5'000;

class Lines {
 public:
  Lines() {
    for (int i = 0; i < kRowsPerRequest; ++i)
      texts_.push_back(
          fmt::format("10.1.{}.{} - - [23/Nov/2026:02:11:09 +0000] \"GET /api/v1/items/{} HTTP/1.1\" 200 {} "
                      "\"-\" \"curl/8.5\" {:.3f} ms",
                      i % 7, i % 251, i * 7919 % 100'000, i * 31 % 9000, i * 0.013));
  }
  AppendBatch batch(Nanos first_ns) const {
    AppendBatch batch;
    batch.tenant = "default";
    batch.add_stream(query::Labels{{"service_name", "bench"}});
    batch.shared_metadata = {
        {{"host_name", "h"}, {"log_file_path", "/var/log/nginx/access.log"}, {"source_id", "0123456789abcdef"}}};
    for (const std::string& text : texts_) {
      AppendBatch::Row row;
      row.time_ns = first_ns + static_cast<Nanos>(batch.rows.size());
      row.line = text;
      row.own_begin = static_cast<std::uint32_t>(batch.own_metadata.size());
      batch.own_metadata.emplace_back("log_file_record_offset", batch.keep(std::to_string(row.time_ns)));
      row.own_end = row.own_begin + 1;
      batch.rows.push_back(row);
    }
    return batch;
  }
  std::int64_t bytes() const {
    std::int64_t bytes = 0;
    for (const std::string& text : texts_) bytes += static_cast<std::int64_t>(text.size());
    return bytes;
  }

 private:
  std::vector<std::string> texts_;
};

class TemporaryStore {
 public:
  TemporaryStore() : directory_(std::filesystem::temp_directory_path() / ("oc-bench-" + random_hex(8))) {
    std::filesystem::create_directories(directory_);
    LogStoreOptions options;
    options.directory = directory_;
    store_ = std::move(LogStore::open(options, metrics_).value());
  }
  ~TemporaryStore() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  LogStore& operator*() { return *store_; }
  LogStore* operator->() { return store_.get(); }
  double bytes_on_disk() const {
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(directory_)) bytes += file.file_size();
    return static_cast<double>(bytes);
  }

 private:
  std::filesystem::path directory_;
  MetricRegistry metrics_;
  std::unique_ptr<LogStore> store_;
};

void append(benchmark::State& state) {
  const Lines lines;
  TemporaryStore store;
  const Nanos start = system_clock().wall_ns();
  Nanos time = start;
  for (auto _ : state) {
    if (!store->append(lines.batch(time))) state.SkipWithError("append failed");
    time += kRowsPerRequest;
  }
  state.SetBytesProcessed(state.iterations() * lines.bytes());
  (void)store->seal();
  state.counters["disk_ratio"] = static_cast<double>(state.iterations() * lines.bytes()) / store.bytes_on_disk();
}
BENCHMARK(append)->UseRealTime()->MeasureProcessCPUTime();

class CountingSink final : public query::RowSink {
 public:
  bool rows(const query::Stream&, std::span<const query::Row> rows) override {
    count += rows.size();
    return true;
  }
  std::size_t count = 0;
};

void scan(benchmark::State& state, const std::string& filter) {
  const Lines lines;
  TemporaryStore store;
  const Nanos start = system_clock().wall_ns();
  constexpr int kRequests = 100;
  for (int i = 0; i < kRequests; ++i) (void)store->append(lines.batch(start + i * kRowsPerRequest));
  (void)store->seal();
  query::ScanRequest request;
  request.end_ns = start + kRequests * kRowsPerRequest;
  if (!filter.empty()) request.line_filters = {{query::LineFilter::Type::kContains, {filter}}};
  for (auto _ : state) {
    CountingSink sink;
    if (!store->scan(request, sink)) state.SkipWithError("scan failed");
    benchmark::DoNotOptimize(sink.count);
  }
  state.SetBytesProcessed(state.iterations() * lines.bytes() * kRequests);
}
BENCHMARK_CAPTURE(scan, all_rows, "")->UseRealTime();
BENCHMARK_CAPTURE(scan, rare_text, "items/79190 ")->UseRealTime();

}  // namespace
}  // namespace oc::stores
