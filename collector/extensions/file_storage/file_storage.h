// The `file_storage` extension: receivers keep their offsets in it. Keys: directory, create_directory (true), fsync
// (true; false, the official default, may read lines again after a power failure).
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "collector/extensions/file_storage/key_value_log.h"
#include "collector/pipeline/component.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

struct FileStorageConfig : ComponentConfig {
  std::string directory = "/var/lib/otelcol/file_storage";
  bool create_directory = true;
  bool fsync = true;
};

class FileStorage final : public Storage {
 public:
  explicit FileStorage(FileStorageConfig config, MetricRegistry* metrics = nullptr)
      : config_(std::move(config)), metrics_(metrics) {}
  ~FileStorage() override { stop(); }

  Status start() override;
  void stop() override;
  std::vector<std::pair<std::string, std::string>> read(std::string_view key_prefix) const override;
  void write(std::vector<Write> writes, std::function<void()> durable) override;
  bool flush(std::chrono::milliseconds timeout) override;
  std::string directory() const override { return config_.directory; }

 private:
  struct Pending {
    std::vector<Write> writes;
    std::function<void()> durable;
  };
  void apply(const std::vector<Write>& writes);  // to values_, under mutex_
  void run(const std::stop_token& stopping);
  // Appends what is pending; on failure it stays pending.
  Status append(const std::deque<Pending>& group);

  const FileStorageConfig config_;
  MetricRegistry* const metrics_;  // may be null
  std::optional<FileLock> lock_;
  std::optional<KeyValueLog> log_;  // the writer thread's own after start()

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  KeyValueLog::Values values_;
  std::deque<Pending> pending_;
  bool writing_ = false;
  std::jthread writer_;
};

ExtensionFactory file_storage_factory();

}  // namespace oc::collector
