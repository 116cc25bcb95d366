// Opens files when they appear and holds them, so that one that is deleted before anybody was told to read it can be
// read all the same: a container that says one line and is removed at once. Descriptors only, nothing is read here.
// Thread-safe; a thread of its own once there is something to watch.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "collector/pipeline/component.h"
#include "collector/pipeline/log_rate_limit.h"
#include "collector/receivers/file_log/directory_watcher.h"
#include "collector/receivers/file_log/file_identity.h"
#include "collector/receivers/file_log/glob.h"

namespace oc::collector {

class HeldFiles {
 public:
  explicit HeldFiles(MetricRegistry& metrics);

  // From now on files of these patterns are held, those that are there included. Until unwatch() by the same owner.
  Status watch(const void* owner, std::vector<Glob> patterns);
  void unwatch(const void* owner);

  struct File {
    FileKey key;
    UniqueFd fd;
  };
  // The files that were at the path, the oldest first, are not there any more, and were not read by anyone. They are
  // handed over: a second call does not return them.
  std::vector<File> take_unread(const std::string& path);
  // Somebody reads this file by its name.
  void note_read(const FileKey& key);
  // The file, also when it has no name any more. nullopt: it is not held.
  std::optional<UniqueFd> open(const FileKey& key);

 private:
  struct Held {
    std::string path;  // where it appeared
    UniqueFd fd;
    std::uint64_t order = 0;
    bool read = false;
    std::optional<std::chrono::steady_clock::time_point> gone_since;  // from the path
  };
  void run(const std::stop_token& stop);
  void look();
  void hold(const std::string& path);
  void on_event(const DirectoryWatcher::Event& event);
  void note_gone(std::chrono::steady_clock::time_point now);
  bool make_room();
  void refuse(const std::string& path, std::string_view reason);
  std::vector<Glob> patterns() const;

  std::shared_ptr<Gauge> held_gauge_;
  std::shared_ptr<Counter> not_held_;
  mutable std::mutex mutex_;
  std::map<const void*, std::vector<Glob>> patterns_;
  std::unordered_map<FileKey, Held, FileKeyHash> held_;
  std::uint64_t next_order_ = 0;
  LogRateLimit log_limit_;
  UniqueFd wake_;
  // The thread's own.
  DirectoryWatcher watcher_;
  std::vector<Glob> watched_;
  bool look_again_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

// Shared by the receivers and whoever says what is to be held. From the service's thread.
inline std::shared_ptr<HeldFiles> held_files(const Host& host) {
  return host.shared.get<HeldFiles>([&] { return std::make_shared<HeldFiles>(host.metrics); });
}

}  // namespace oc::collector
