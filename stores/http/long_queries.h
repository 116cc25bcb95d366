// Short queries do not wait for long ones. Every query begins at once; one that has taken a processor for a while is a
// long one, and goes on when it has a place among the few of these, in the order in which they came to ask for one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "base/metrics.h"
#include "query/logql/interruption.h"

namespace oc::stores {

// Each takes a processor, and memory, until it has its answer.
inline constexpr std::size_t kLongQueries = 8;
// Of processor time: what is asked for while somebody looks on (labels, the last lines, a needle) takes less.
inline constexpr std::chrono::milliseconds kShortQueryTime{50};

// Thread-safe; outlives its turns.
class LongQueries {
 public:
  struct Options {
    std::size_t places = kLongQueries;
    std::chrono::nanoseconds short_time = kShortQueryTime;
  };
  // `waited` counts long queries that found all places taken.
  LongQueries(const Options& options, std::shared_ptr<Counter> waited)
      : short_time_(options.short_time), waited_(std::move(waited)), free_(options.places) {}

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

    LongQueries& all_;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    const std::chrono::nanoseconds used_before_ = thread_time();
    bool has_place_ = false;
  };

 private:
  static std::chrono::nanoseconds thread_time();  // of a processor, by this thread
  // False: cancelled, or too late.
  bool take_place(const std::stop_token& cancelled, std::chrono::steady_clock::time_point deadline);
  void give_back();

  const std::chrono::nanoseconds short_time_;
  const std::shared_ptr<Counter> waited_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t free_;
  std::uint64_t asked_ = 0;
  std::deque<std::uint64_t> waiting_;  // who waits longest comes first
};

}  // namespace oc::stores
