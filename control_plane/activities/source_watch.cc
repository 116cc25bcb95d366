#include "control_plane/activities/source_watch.h"

#include <chrono>

#include <fmt/format.h>

#include "control_plane/event_bus/event_types.h"
#include "model/log_source.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kReadAtOnce = 1'000;

// The first is told of a new source, and of one that changed or came back.
const std::vector<std::string> kFollowed = {std::string(event_types::kLogSourceRegistered),
                                            std::string(event_types::kLogSourceRemoved)};

WatchedChange change_of(const Event& event) {
  const auto text = [&](const char* member) { return event.data.value(member, std::string()); };
  return {event.seq,        event.type,       text("change"),      text("source_id"),
          text("agent_id"), text("log_path"), text("service_name")};
}

bool is_asked_for(const Event& event, const SourceWatchInput& input, std::string_view type) {
  return event.data.value("source_type", "") == type &&
         (input.agent_id.empty() || event.data.value("agent_id", "") == input.agent_id);
}

// Until the answer is full or the journal is at its end.
Status collect(EventBus& events, const SourceWatchInput& input, std::string_view type, SourceWatchOutput& output) {
  while (output.changes.size() < input.limit) {
    OC_TRY_ASSIGN(const auto found, events.read(output.next, kReadAtOnce, kFollowed));
    if (found.empty()) break;
    for (const auto& event : found) {
      if (output.changes.size() == input.limit) break;
      output.next = event.seq;
      if (is_asked_for(event, input, type)) output.changes.push_back(change_of(event));
    }
  }
  return {};
}

Result<SourceWatchOutput> watch(EventBus& events, const SourceWatchInput& input, std::string_view type,
                                const std::stop_token& stop) {
  if (input.wait_ms > kLongestWatchMs)
    return permanent(fmt::format("wait_ms: {} is more than {}", input.wait_ms, kLongestWatchMs), "ask again instead");
  if (input.limit == 0 || input.limit > kMaxWatchedChanges)
    return permanent(fmt::format("limit: {} is not within 1 to {}", input.limit, kMaxWatchedChanges));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(input.wait_ms);
  SourceWatchOutput output{{}, input.after < 0 ? events.newest() : input.after};
  while (true) {
    const auto newest = events.newest();
    OC_TRY(collect(events, input, type, output));
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (!output.changes.empty() || left.count() <= 0 || stop.stop_requested()) return output;
    output.next = std::max(output.next, newest);
    events.wait(output.next, left, stop);
  }
}

}  // namespace

Result<SourceWatchOutput> FilesystemWatch::execute(const Input& input, const ActivityContext& context) {
  return watch(events_, input, model::to_string(model::SourceType::kFilesystem), context.cancelled);
}

}  // namespace oc::control_plane
