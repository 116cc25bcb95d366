// What changed among the sources that agents discover (ING-L1): waits for the next change instead of asking again and
// again. Whoever follows passes `next` as `after`, and misses nothing between two calls or over a restart.
#pragma once

#include <tuple>

#include "contracts/record/record.h"
#include "control_plane/activities/typed_activity.h"
#include "control_plane/event_bus/event_bus.h"

namespace oc::control_plane {

inline constexpr std::uint64_t kMaxWatchedChanges = 1'000;
// Within the time limit of an activity.
inline constexpr std::uint64_t kLongestWatchMs = 25'000;

struct SourceWatchInput {
  std::int64_t after = -1;
  std::string agent_id;
  std::uint64_t wait_ms = 10'000;
  std::uint64_t limit = 500;
  static constexpr auto fields() {
    using I = SourceWatchInput;
    return std::tuple(contracts::optional("after", &I::after, "The next of the answer before; -1: from now on"),
                      contracts::optional("agent_id", &I::agent_id, "Only this agent's; empty: all"),
                      contracts::optional("wait_ms", &I::wait_ms, "How long to wait for a first one, at most 25000"),
                      contracts::optional("limit", &I::limit, "Changes in the answer, at most 1000"));
  }
};
struct WatchedChange {
  std::int64_t seq = 0;
  std::string event;
  std::string change;
  std::string source_id;
  std::string agent_id;
  std::string log_path;
  std::string service_name;
  static constexpr auto fields() {
    using C = WatchedChange;
    return std::tuple(contracts::required("seq", &C::seq, "Of the event"),
                      contracts::required("event", &C::event, "Its type, of docs/events.md"),
                      contracts::required("change", &C::change, "new, updated, active, inactive, deleted"),
                      contracts::required("source_id", &C::source_id, "Its id"),
                      contracts::required("agent_id", &C::agent_id, "Who found it"),
                      contracts::required("log_path", &C::log_path, "Where it is"),
                      contracts::required("service_name", &C::service_name, "By which it is searched"));
  }
};
struct SourceWatchOutput {
  std::vector<WatchedChange> changes;
  std::int64_t next = 0;
  static constexpr auto fields() {
    using O = SourceWatchOutput;
    return std::tuple(contracts::required("changes", &O::changes, "Oldest first; none: nothing changed meanwhile"),
                      contracts::required("next", &O::next, "For `after`"));
  }
};

class FilesystemWatch final : public TypedActivity<FilesystemWatch, SourceWatchInput, SourceWatchOutput> {
 public:
  static constexpr std::string_view kName = "filesystem_watch_activity";
  static constexpr std::string_view kDescription = "Waits until log files appear, change or go on any agent's host";
  explicit FilesystemWatch(EventBus& events) : events_(events) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  EventBus& events_;
};

}  // namespace oc::control_plane
