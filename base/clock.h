// Time is injected where a test needs to own it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace oc {

using Nanos = std::int64_t;  // since the Unix epoch, or a span; the name says which

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Nanos wall_ns() const = 0;                                 // may jump
  virtual std::chrono::steady_clock::time_point steady() const = 0;  // never goes back
};

class SystemClock final : public Clock {
 public:
  Nanos wall_ns() const override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  std::chrono::steady_clock::time_point steady() const override { return std::chrono::steady_clock::now(); }
};

// The one real clock; stateless, so sharing it is harmless.
inline const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

// For tests: stands still until told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Nanos start_ns) : now_ns_(start_ns) {}
  Nanos wall_ns() const override { return now_ns_.load(); }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(now_ns_.load()));
  }
  void advance(std::chrono::nanoseconds by) { now_ns_ += by.count(); }

 private:
  std::atomic<Nanos> now_ns_;
};

// RFC 3339 in UTC with milliseconds: "2026-11-23T02:11:09.120Z".
std::string to_rfc3339(Nanos wall_ns);

}  // namespace oc
