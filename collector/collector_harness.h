// For tests of the whole collector: a sink that remembers what it was sent, and a service in a folder of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
#include "base/http/server.h"
#include "base/ids.h"
#include "collector/component_list.h"
#include "collector/pipeline/service.h"
#include "contracts/delivery/ranges.h"
#include "contracts/otlp/log_reader.h"

namespace oc::collector {

// Of batches whose delivery no test asks about.
struct Nobody final : DeliveryListener {
  void on_settled(const LogBatch&, std::uint64_t, std::string_view) override {}
  void on_returned(LogBatchPtr) override {}
  void on_trouble(std::string_view) override {}
};

// Waits for a condition that another thread brings about; false after a time that only a defect takes.
inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

class TestSink {
 public:
  struct Record {
    std::string source_id, file_id, body;
    std::uint64_t offset = 0;
    std::map<std::string, std::string> attributes;
  };
  // What to answer before anything is stored; nullopt: take it. Called with the sink's lock held.
  using Answer = std::function<std::optional<http::Response>(const std::vector<Record>&)>;

  explicit TestSink(bool remembers_ranges) : remembers_(remembers_ranges) {
    http::Router router;
    router.post("/v1/logs", [this](const http::Request& request) { return take(request); });
    router.get(std::string(contracts::kWatermarksPath), [this](const http::Request& request) { return tell(request); });
    http::Server::Options options;
    options.access = http::AccessPolicy::everyone();
    server_ = std::move(*http::Server::listen(std::move(options), std::move(router)));
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", server_->port()); }
  void answer_with(Answer answer) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  std::vector<Record> records() const {
    std::lock_guard lock(mutex_);
    return records_;
  }
  std::vector<std::string> bodies() const {
    std::vector<std::string> bodies;
    for (const auto& record : records()) bodies.push_back(record.body);
    return bodies;
  }
  std::size_t count() const {
    std::lock_guard lock(mutex_);
    return records_.size();
  }
  int requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }
  contracts::RangeSet held(const std::string& source_id) const {
    std::lock_guard lock(mutex_);
    for (const auto& [file, ranges] : held_)
      if (file.first == source_id) return ranges;
    return {};
  }
  contracts::RangeSet left_out(const std::string& source_id) const {
    std::lock_guard lock(mutex_);
    for (const auto& [file, ranges] : left_out_)
      if (file.first == source_id) return ranges;
    return {};
  }

 private:
  struct Reader : contracts::otlp::LogVisitor {
    std::vector<std::vector<Record>> resources;
    std::string source_id;
    Status resource(std::size_t, std::span<const contracts::otlp::AttributeView> attributes) override {
      resources.emplace_back();
      source_id.clear();
      for (const auto& attribute : attributes)
        if (attribute.key == "source_id") source_id = attribute.value.bytes;
      return {};
    }
    Status scope(const contracts::otlp::DecodedScope&) override { return {}; }
    Status record(const contracts::otlp::DecodedLogRecord& decoded) override {
      Record record{.source_id = source_id,
                    .file_id = {},
                    .body = contracts::otlp::to_text(decoded.body),
                    .offset = 0,
                    .attributes = {}};
      for (const auto& attribute : decoded.attributes) {
        if (attribute.key == "log.file.record_offset")
          record.offset = static_cast<std::uint64_t>(attribute.value.integer);
        else
          record.attributes[std::string(attribute.key)] = contracts::otlp::to_text(attribute.value);
      }
      resources.back().push_back(std::move(record));
      return {};
    }
  };

  http::Response take(const http::Request& request) {
    Reader reader;
    if (const auto read = contracts::otlp::read_logs(request.body, reader); !read)
      return http::Response::error(400, read.error().message);
    std::vector<Record> all;
    for (const auto& resource : reader.resources) all.insert(all.end(), resource.begin(), resource.end());
    std::lock_guard lock(mutex_);
    ++requests_;
    if (answer_)
      if (auto refused = answer_(all)) return *refused;
    if (!remembers_) {
      records_.insert(records_.end(), all.begin(), all.end());
      return {};
    }
    const auto header = request.headers.get(contracts::kDeliveryHeader);
    if (!header) return http::Response::error(400, "the delivery header is missing");
    const auto files = contracts::decode_delivery(*header);
    if (!files || files->size() != reader.resources.size())
      return http::Response::error(400, "the delivery header does not fit the body");
    for (std::size_t i = 0; i < files->size(); ++i) store((*files)[i], reader.resources[i]);
    return {};
  }
  void store(const contracts::DeliveredFile& file, std::vector<Record>& records) {
    auto& held = held_[{file.source_id, file.file_id}];
    for (auto& record : records) {
      record.file_id = file.file_id;
      if (!held.contains(record.offset)) records_.push_back(std::move(record));
    }
    for (const auto& range : file.ranges) held.add(range);
    auto& left_out = left_out_[{file.source_id, file.file_id}];
    for (const auto& range : file.left_out) left_out.add(range);
    left_out.remove(held);
  }
  http::Response tell(const http::Request& request) {
    const auto wanted = request.parameters("source_id");
    std::vector<contracts::Watermark> watermarks;
    std::lock_guard lock(mutex_);
    for (const auto& [file, ranges] : held_)
      if (std::ranges::find(wanted, file.first) != wanted.end())
        watermarks.push_back({file.first, file.second, ranges, 0, left_out_[file]});
    return http::Response::json(contracts::to_json(watermarks));
  }

  const bool remembers_;
  mutable std::mutex mutex_;
  Answer answer_;
  std::vector<Record> records_;
  std::map<std::pair<std::string, std::string>, contracts::RangeSet> held_, left_out_;
  int requests_ = 0;
  std::unique_ptr<http::Server> server_;
};

class CollectorTest : public ::testing::Test {
 protected:
  CollectorTest() {
    std::filesystem::create_directories(folder_ + "/logs");
    components_ = *component_list();
  }
  ~CollectorTest() override {
    service_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string log_path(const std::string& name = "app.log") const { return folder_ + "/logs/" + name; }
  void append(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::app | std::ios::binary) << text;
  }
  void append_lines(const std::string& path, int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i) text += fmt::format("line {}\n", i);
    append(path, text);
  }
  // A receiver as the control plane renders it.
  static std::string receiver(const std::string& id, const std::string& include, const std::string& more = {}) {
    return fmt::format(
        "  file_log/{0}:\n    include: ['{1}']\n    start_at: beginning\n    include_file_path: true\n"
        "    include_file_record_offset: true\n    force_flush_period: 100ms\n    storage: file_storage\n"
        "    resource: {{service.name: app, source_id: {0}}}\n{2}",
        id, include, more);
  }
  struct ConfigParts {
    std::map<std::string, std::string> receivers;  // id → text
    std::string exporter_more = {};
    bool remembers = true;
  };
  std::string config(const TestSink& sink, const ConfigParts& parts) const {
    std::string text = fmt::format("extensions: {{file_storage: {{directory: '{}/storage'}}}}\nreceivers:\n", folder_);
    std::vector<std::string> ids;
    for (const auto& [id, receiver_text] : parts.receivers) {
      text += receiver_text;
      ids.push_back("file_log/" + id);
    }
    text += fmt::format(
        "processors: {{memory_limiter: {{check_interval: 1s, limit_mib: 8000}}}}\n"
        "exporters:\n  otlp_http:\n    endpoint: {0}\n{1}    compression: none\n"
        "    retry_on_failure: {{initial_interval: 10ms, max_interval: 50ms, max_elapsed_time: 0s}}\n{2}"
        "service:\n  extensions: [file_storage]\n  telemetry: {{metrics: {{level: none}}}}\n"
        "  pipelines: {{logs: {{receivers: [{3}], processors: [memory_limiter], exporters: [otlp_http]}}}}\n",
        sink.url(), parts.remembers ? fmt::format("    watermarks_endpoint: {}\n", sink.url()) : "",
        parts.exporter_more, fmt::join(ids, ", "));
    return text;
  }
  std::string config(const TestSink& sink) const {
    return config(sink, {.receivers = {{"s1", receiver("s1", log_path())}}});
  }

  void write_config(const std::string& yaml) { ASSERT_TRUE(write_file_atomic(config_file_, yaml)); }
  void start(const std::string& yaml) {
    write_config(yaml);
    const auto loaded = load_config_files({config_file_}, process_environment());
    ASSERT_TRUE(loaded) << loaded.error().text();
    const auto read = read_service_config(*loaded, components_);
    ASSERT_TRUE(read) << read.error().text();
    service_ = std::make_unique<Service>(components_, system_clock());
    const auto started = service_->start(*read);
    ASSERT_TRUE(started) << started.error().text();
  }
  Status reload(const std::string& yaml) {
    write_config(yaml);
    return service_->reload({config_file_});
  }
  void stop() { service_.reset(); }
  std::optional<double> metric(const std::string& name, const std::string& label = {}, const std::string& value = {}) {
    for (const auto& sample : parse_prometheus_text(service_->metrics().prometheus_text()))
      if (sample.name == name && (label.empty() || (sample.labels.contains(label) && sample.labels.at(label) == value)))
        return sample.value;
    return std::nullopt;
  }

  // Writes numbered lines into `paths` in turn until the object goes.
  class Writer {
   public:
    Writer(CollectorTest& test, std::vector<std::string> paths)
        : thread_([this, &test, paths = std::move(paths)](const std::stop_token& stopping) {
            while (!stopping.stop_requested()) {
              const int from = written_.load();
              test.append_lines(paths[static_cast<std::size_t>(from / 50) % paths.size()], from, from + 50);
              written_ += 50;
              std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
          }) {}
    int finish() {
      thread_.request_stop();
      thread_.join();
      return written_;
    }
    int written() const { return written_; }

   private:
    std::atomic<int> written_{0};
    std::jthread thread_;
  };

  void expect_all(const TestSink& sink, int count) {
    EXPECT_TRUE(eventually([&] { return sink.count() >= static_cast<std::size_t>(count); }))
        << sink.count() << " of " << count;
    EXPECT_EQ(sorted(sink.bodies()), sorted(lines(0, count)));
  }

  static std::vector<std::string> lines(int from, int to) {
    std::vector<std::string> all;
    for (int i = from; i < to; ++i) all.push_back(fmt::format("line {}", i));
    return all;
  }
  static std::vector<std::string> sorted(std::vector<std::string> all) {
    std::ranges::sort(all);
    return all;
  }

  const std::string folder_ = std::filesystem::temp_directory_path() / ("collector_test." + random_hex(8));
  const std::string config_file_ = folder_ + "/config.yaml";
  ComponentList components_;
  std::unique_ptr<Service> service_;
};

}  // namespace oc::collector
