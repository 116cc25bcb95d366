// What goes out when: gathers alerts of one kind and status, leaves out what was told already. Pure: time and the
// journal's seq are passed in.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "control_plane/alerting/alert.h"

namespace oc::control_plane {

struct BatchTimes {
  std::chrono::milliseconds wait{1'000};            // for others of the kind, before the first of them goes out
  std::chrono::milliseconds interval{10'000};       // between two notifications of one kind and status
  std::chrono::milliseconds repeat{4 * 3'600'000};  // an alert that is still firing is told again, no sooner
};

class AlertBatcher {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Beyond this the oldest is told again if it comes again.
  static constexpr std::size_t kRememberedKeys = 10'000;
  // More waiting is left in the journal.
  static constexpr std::size_t kMaxWaiting = 1'000;

  explicit AlertBatcher(BatchTimes times = {}) : times_(times) {}

  // From before a restart: was told.
  void remember(const Alert& alert, Time now);
  // False: left out, for it was told already, or resolves what was never told.
  bool take(Alert alert, std::int64_t seq, Time now);
  // The next notification that is due; it counts as sent.
  std::optional<AlertGroup> take_due(Time now);
  std::optional<Time> next_due() const;
  bool full() const { return waiting_alerts_ >= kMaxWaiting; }
  // Everything up to this seq was sent or left out, if everything up to `read` was taken.
  std::int64_t settled(std::int64_t read) const;

 private:
  struct Waiting {
    std::string kind;
    AlertStatus status;
    Time due;
    std::int64_t first_seq;
    AlertGroup alerts;
  };
  Waiting& group_for(const Alert& alert, std::int64_t seq, Time now);

  BatchTimes times_;
  std::deque<Waiting> waiting_;  // oldest first
  std::size_t waiting_alerts_ = 0;
  std::map<std::string, Time> firing_;                             // by key, when it was told
  std::map<std::pair<std::string, AlertStatus>, Time> last_sent_;  // by kind and status
};

}  // namespace oc::control_plane
