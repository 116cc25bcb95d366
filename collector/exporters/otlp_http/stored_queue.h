// The part of an exporter's queue that is on disk: pushed data, which nobody could read again. A batch is settled, and
// so its sender answered, when it is in the storage; from there it goes into the queue of requests, and is erased when
// the sink has it. After a kill the queue begins with what was not erased: a sink may then get it twice.
//
// In the storage: "queue/EXPORTER/SEQUENCE" → an ExportLogsServiceRequest. The storage checks sums; what cannot be read
// is skipped, counted and told, the rest is not touched by it.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "collector/pipeline/component.h"

namespace oc::collector {

// Which entries the exporters of this process have in hand: one that follows another on a reload leaves those alone.
class StoredEntries {
 public:
  // A new key behind the prefix, above all that it knows of. In hand from now on.
  std::string next(const std::string& prefix);
  // False: somebody has it in hand.
  bool claim(const std::string& key);
  void release(const std::string& key);

 private:
  std::mutex mutex_;
  std::set<std::string> claimed_;
  std::uint64_t last_ = 0;
};

class StoredQueue : public std::enable_shared_from_this<StoredQueue> {
 public:
  using Push = std::function<void(LogBatchPtr)>;
  // Of data that is in the storage and not at the sink: more would be held in memory as well. Then who pushes is told
  // to come again.
  static constexpr std::size_t kMaxStoredBytes = 128 << 20;

  // `push` hands on what is stored; from any thread.
  StoredQueue(std::shared_ptr<Storage> storage, const ComponentId& exporter, const Host& host, Push push);

  // Hands on what an earlier process, or an exporter that is gone, left.
  void recover();
  void store(LogBatchPtr batch);
  // False, too, while the disk is full: who pushes is to come again, rather than be taken and not answered.
  bool has_room() const;
  // Waits until all is handed on that was to be stored.
  bool wait_until_stored(std::chrono::milliseconds timeout);

 private:
  class Entry;
  struct Metrics {
    std::shared_ptr<Gauge> bytes;
    std::shared_ptr<Counter> unreadable, too_large;
  };
  void write(const LogBatchPtr& batch, std::string encoded);
  void hand_on(const LogBatchPtr& batch, std::string key, std::size_t bytes);
  void read_entry(const std::string& key, std::string encoded);
  void erase(const std::string& key, std::size_t bytes);
  void count(std::ptrdiff_t bytes, int pending);

  const std::shared_ptr<Storage> storage_;
  const std::string exporter_, prefix_;
  const std::shared_ptr<StoredEntries> entries_;
  const Push push_;
  Metrics metrics_;
  mutable std::mutex mutex_;  // guards the next two
  std::condition_variable stored_;
  std::size_t bytes_ = 0;
  int pending_ = 0;
};

}  // namespace oc::collector
