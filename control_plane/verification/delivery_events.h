// Tells the event bus which sources turned: source_not_delivered, and source_delivered when it is over. Gathers for a
// moment: ten thousand sources that turn at once are one event with their number and a sample. The verifier's thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control_plane/event_bus/event_bus.h"

namespace oc::control_plane {

inline constexpr std::chrono::milliseconds kGatherTurns{1'000};
// Between two flushes, however many sources turn; what turns back meanwhile is not told.
inline constexpr std::chrono::milliseconds kBetweenTurns{10'000};
// More of one kind at once are one event.
inline constexpr std::size_t kSingleTurns = 5;
inline constexpr std::size_t kSampledSources = 10;

struct TurnedSource {
  std::string source_id;
  std::string log_path;
  std::string agent_id;
  std::string host;
  std::string reason;
};

class DeliveryEvents {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // `bus` may be null: then nobody is told.
  explicit DeliveryEvents(EventBus* bus) : bus_(bus) {}

  void failed(TurnedSource source, Time now);
  // It is delivered again, or gone: whatever was told of its failing is over.
  void recovered(TurnedSource source, Time now);
  // Every source is well: so is what a control plane before us told of, and of which nothing is known now.
  void all_well(Time now);

  void flush(Time now);
  std::optional<Time> next_due() const { return due_; }

 private:
  struct Incident {
    std::set<std::string> sources;  // that have not recovered
    std::size_t count = 0;          // that were told
  };
  void schedule(Time now);
  void recall();
  std::vector<NewEvent> events_of_failures() const;
  std::vector<NewEvent> events_of_recoveries();
  void remember_failures(const std::vector<NewEvent>& events);
  NewEvent event(const char* type, const std::string& subject, const std::vector<const TurnedSource*>& sources,
                 std::size_t count) const;

  EventBus* bus_;
  bool recalled_ = false;
  std::map<std::string, TurnedSource> failed_, recovered_;  // by source_id, to be told
  std::map<std::string, Incident> open_;                    // by subject, told
  std::map<std::string, std::string> subject_of_;           // by source_id
  std::set<std::string> left_over_;                         // subjects told before our start
  bool all_well_ = false;
  std::optional<Time> due_;
  std::optional<Time> last_flush_;
};

}  // namespace oc::control_plane
