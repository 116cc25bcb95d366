// When a query ends before its time.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

#include "base/result.h"

namespace oc::query {

// Queries that take turns: who has run for a while may have to let others go first.
class Turn {
 public:
  virtual ~Turn() = default;
  // Returns when the query may go on, is cancelled or too late.
  virtual void wait(const std::stop_token& cancelled, std::chrono::steady_clock::time_point deadline) = 0;
};

// Its client has gone, or it took too long. Cheap to copy; from any thread, with a turn from the query's.
struct Interruption {
  std::stop_token cancelled;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  Turn* turn = nullptr;  // outlives the query

  bool too_late() const { return std::chrono::steady_clock::now() >= deadline; }
  // Retryable: nothing is wrong with what was read.
  Status check() const {
    if (turn != nullptr) turn->wait(cancelled, deadline);
    if (cancelled.stop_requested()) return retryable("the query was cancelled");
    if (!too_late()) return {};
    return retryable(
        "Request timed out, decrease the duration of the request or add more label matchers (prefer exact match over "
        "regex match) to reduce the amount of data processed.");
  }
};

// For each row: looks at the clock for some of them only, often enough for rows that take a millisecond each.
class RowInterruption {
 public:
  explicit RowInterruption(const Interruption& interruption) : interruption_(interruption) {}
  Status check() { return rows_++ % kRows == 0 ? interruption_.check() : Status(); }

 private:
  static constexpr std::uint32_t kRows = 64;
  Interruption interruption_;
  std::uint32_t rows_ = 0;
};

}  // namespace oc::query
