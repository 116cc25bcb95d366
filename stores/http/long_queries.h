// Short queries do not wait for long ones. Every query begins at once; one that has taken a processor for a while is a
// long one. Of these a few are under way at a time, and take turns on the processors.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "base/metrics.h"
#include "query/logql/interruption.h"

namespace oc::stores {

// Each takes memory until it has its answer.
inline constexpr std::size_t kLongQueries = 8;
// Of processor time: what is asked for while somebody looks on (labels, the last lines, a needle) takes less.
inline constexpr std::chrono::milliseconds kShortQueryTime{50};
// A long query that has run for so long lets the next one run: short enough that the answers of small ones among them
// come soon, long enough that what is in the processor's cache is used.
inline constexpr std::chrono::milliseconds kQueryTurn{100};

// Places that are given in the order in which they are asked for. Thread-safe.
class Places {
 public:
  explicit Places(std::size_t count) : free_(count) {}
  // False: cancelled, or too late.
  bool take(const std::stop_token& cancelled, std::chrono::steady_clock::time_point deadline);
  void give_back();
  bool are_taken() const;       // who asks now has to wait
  bool others_wait() const;     // for one of them
  std::uint64_t asked() const;  // how often

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t free_;
  std::uint64_t asked_ = 0;
  std::deque<std::uint64_t> waiting_;  // who waits longest comes first
};

// Thread-safe; outlives its turns.
class LongQueries {
 public:
  struct Options {
    std::size_t under_way = kLongQueries;
    // More of them would only make those wait who answer at once; one may wait for the disk.
    std::size_t running = std::thread::hardware_concurrency() + 1;
    std::chrono::nanoseconds short_time = kShortQueryTime;
    std::chrono::nanoseconds turn = kQueryTurn;
  };
  // `waited` counts long queries that were not under way at once.
  LongQueries(const Options& options, std::shared_ptr<Counter> waited)
      : options_(options), waited_(std::move(waited)), under_way_(options.under_way), running_(options.running) {}

  // Of one query, from its begin to its end, on the thread that runs it.
  class Turn final : public query::Turn {
   public:
    explicit Turn(LongQueries& all) : all_(all) {}
    ~Turn() override;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    void wait(const std::stop_token& cancelled, std::chrono::steady_clock::time_point deadline) override;

   private:
    bool is_short() const;
    bool may_go_on() const;  // its turn is not over, or nobody waits for one
    void stop_running();

    LongQueries& all_;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    const std::chrono::nanoseconds used_before_ = thread_time();
    bool under_way_ = false, running_ = false;
    std::chrono::steady_clock::time_point turn_began_;
  };

 private:
  static std::chrono::nanoseconds thread_time();  // of a processor, by this thread

  const Options options_;
  const std::shared_ptr<Counter> waited_;
  Places under_way_, running_;
};

}  // namespace oc::stores
