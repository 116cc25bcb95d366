// The `file_storage` extension: receivers keep their offsets in it, exporters what was pushed.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "collector/extensions/file_storage/config.h"
#include "collector/extensions/file_storage/key_value_log.h"
#include "collector/pipeline/component.h"
#include "collector/pipeline/factory.h"
#include "collector/pipeline/log_rate_limit.h"

namespace oc::collector {

class FileStorage final : public Storage {
 public:
  explicit FileStorage(FileStorageConfig config, MetricRegistry* metrics = nullptr);
  ~FileStorage() override { stop(); }

  Status start() override;
  void stop() override;
  std::vector<std::pair<std::string, std::string>> read(std::string_view key_prefix) const override;
  void write(std::vector<Write> writes, std::function<void()> durable) override;
  bool flush(std::chrono::milliseconds timeout) override;
  bool takes_writes() const override { return !in_trouble_; }
  bool lost_values() const override;
  std::string directory() const override { return config_.directory; }

 private:
  using Clock = std::chrono::steady_clock;
  // One write(): the keys that were not waiting already. Their values are those of the day they are appended, so that
  // what is saved again and again while a disk is full waits once.
  struct Pending {
    std::vector<std::string> keys;
    std::function<void()> durable;
  };
  using Group = std::vector<Pending>;
  void apply(const std::vector<Write>& writes);  // to values_, under mutex_
  void run(const std::stop_token& stopping);
  Group take_group(std::vector<Write>& writes);  // these three under mutex_
  void put_back(Group group);
  void count_waiting();
  // Makes them durable; on failure they are to be put back.
  Status append(const std::vector<Write>& writes);
  void rewrite_if_large();
  void failed(const Error& error);
  void succeeded();
  void count_loaded(const KeyValueLog& log);

  const FileStorageConfig config_;
  MetricRegistry* const metrics_;  // may be null
  std::shared_ptr<Counter> failed_writes_;
  std::shared_ptr<Gauge> waiting_;
  std::optional<FileLock> lock_;
  std::optional<KeyValueLog> log_;  // the writer thread's own after start(), as are the next two
  LogRateLimit trouble_limit_;
  Clock::time_point next_rewrite_{};

  std::optional<Clock::time_point> lost_at_;  // set by start(), before there are readers
  std::atomic<bool> in_trouble_ = false;      // since the last write

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  KeyValueLog::Values values_;
  std::deque<Pending> pending_;
  std::set<std::string, std::less<>> dirty_;  // the keys of pending_ whose values are not in the file
  bool writing_ = false;
  std::jthread writer_;
};

ExtensionFactory file_storage_factory();

}  // namespace oc::collector
