// What waits for an exporter's senders, and how much goes into one request: at once when nobody is sending, in full
// requests under load, from all sources in turn.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <vector>

#include "collector/exporters/otlp_http/source_lanes.h"
#include "collector/pipeline/batch.h"
#include "collector/pipeline/config_reader.h"

namespace oc::collector {

// How much may be taken and not settled; 0: no limit of that kind.
struct QueueLimits {
  std::size_t batches = 0, records = 0, bytes = 0;
};
// What goes into one request. Without a minimum a request is sent when nobody is sending.
struct RequestShape {
  std::size_t min_records = 0, min_bytes = 0;  // one of them is waited for
  Duration flush_timeout{};                    // so long
  std::size_t max_records = 0, max_bytes = 0;  // 0: see BatchQueue
};

class BatchQueue {
 public:
  // Raw bytes in a request that is full: large enough to make the cost of a request small, small enough to stay in the
  // cache and below common body limits.
  static constexpr std::size_t kRequestBytes = 1 << 20;
  static constexpr std::size_t kRequestRecords = 100'000;
  // Taken and not settled; beyond this receivers wait. With the store down this is what a pipeline holds in memory.
  // Four times as much is slower: what waits has left the cache when its turn comes (docs/performance.md).
  static constexpr std::size_t kMaxHeldBytes = 8 << 20;

  explicit BatchQueue(QueueLimits limits = {}, RequestShape shape = {});

  bool has_room() const;
  std::size_t held_batches() const;
  void push(LogBatchPtr batch);
  // Waits for the next request's batches; empty once stopped. The caller is a sender until it calls finished().
  std::vector<LogBatchPtr> take(const std::stop_token& stopping);
  void finished(const std::vector<LogBatchPtr>& batches);
  bool wait_until_empty(std::chrono::milliseconds timeout);
  // Everything not finished: under way first, then what waits. The senders must have ended. What is pushed afterwards
  // is dropped unsettled.
  std::vector<LogBatchPtr> take_back();

 private:
  bool may_send() const;
  bool is_full(std::size_t records, std::size_t bytes) const;
  void add(LogBatchPtr batch);
  void wait_until_due(std::unique_lock<std::mutex>& lock, const std::stop_token& stopping);
  void wait_for_group(std::unique_lock<std::mutex>& lock);

  const QueueLimits limits_;
  const RequestShape shape_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  SourceLanes waiting_;
  std::vector<LogBatchPtr> sending_;
  std::size_t waiting_bytes_ = 0, waiting_records_ = 0, held_bytes_ = 0, held_records_ = 0;
  std::chrono::steady_clock::time_point since_;  // when the oldest began to wait
  bool draining_ = false, closed_ = false;
  int senders_ = 0;  // with a request under way
};

}  // namespace oc::collector
