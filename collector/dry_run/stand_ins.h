// What takes the place of storages, exporters and a receiver's way out while a config is tried.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "collector/dry_run/dry_run.h"
#include "collector/receivers/file_log/newest_records.h"

namespace oc::collector {

// Holds values as long as it lives.
class MemoryStorage final : public Storage {
 public:
  Status start() override { return {}; }
  void stop() override {}
  std::vector<std::pair<std::string, std::string>> read(std::string_view key_prefix) const override;
  void write(std::vector<Write> writes, std::function<void()> durable) override;
  bool flush(std::chrono::milliseconds) override { return true; }
  std::string directory() const override { return {}; }  // for files of components: they keep none

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> values_;
};

class CountingExporter final : public Exporter {
 public:
  Status start() override { return {}; }
  bool ready() override { return true; }
  void consume(LogBatchPtr batch) override;
  Result<std::vector<contracts::Watermark>> watermarks(const std::vector<std::string>&) override {
    return std::vector<contracts::Watermark>();
  }
  bool drain(std::chrono::milliseconds) override { return true; }
  std::vector<LogBatchPtr> stop() override { return {}; }
  std::uint64_t records() const { return records_; }

 private:
  std::atomic<std::uint64_t> records_ = 0;
};

// In front of a receiver's pipelines: lets through what is to be looked at and tells what became of it. Thread-safe.
class Sample final : public LogConsumer, public std::enable_shared_from_this<Sample> {
 public:
  Sample(DryRunReport::Source source, NewestRecords wanted, std::uint64_t most, std::shared_ptr<LogConsumer> pipelines)
      : wanted_(std::move(wanted)),
        left_(most),
        pipelines_(std::move(pipelines)),
        source_(std::move(source)),
        done_(wanted_.file_id.empty()) {}

  bool ready() override { return pipelines_->ready(); }
  void consume(LogBatchPtr batch) override;
  // Whether all that was wanted came and was settled by then.
  bool wait_until(std::chrono::steady_clock::time_point deadline);
  DryRunReport::Source result() const;

 private:
  class Outcome;
  void on_settled(const LogBatch& batch);

  const NewestRecords wanted_;
  std::uint64_t left_;  // used by the receiver's thread only
  const std::shared_ptr<LogConsumer> pipelines_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  DryRunReport::Source source_;
  std::uint64_t under_way_ = 0;
  bool all_came_ = false;
  bool done_;
};

}  // namespace oc::collector
