// The set of sources one agent has reported, held together by the sequence and hash of
// contracts/opamp/custom_messages.h.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "contracts/opamp/custom_messages.h"

namespace oc::control_plane {

class SourceSet {
 public:
  // An agent that reports more is refused: its config and our memory would grow without end.
  static constexpr std::size_t kMaxSources = 200'000;

  // A snapshot is taken as it comes, whatever its hash: asking for another at once could go on for ever, and the next
  // heartbeat compares. The other two: a retryable error says why the set is not what the agent has; it is unknown
  // until the next snapshot. A permanent error: too many sources, nothing was taken.
  Status apply(contracts::SourcesSnapshot snapshot);
  Status apply(contracts::SourcesDelta delta);
  Status check(const contracts::SourcesHeartbeat& heartbeat);

  bool known() const { return known_; }
  std::uint64_t sequence() const { return sequence_; }
  const std::map<std::string, model::DiscoveredLogSource>& sources() const { return sources_; }

  // What changed since the last take: ids to register and ids that went.
  struct Changes {
    std::set<std::string> upserted, removed;
    bool empty() const { return upserted.empty() && removed.empty(); }
  };
  const Changes& changes() const { return changes_; }
  void clear_changes() { changes_ = {}; }
  // Every source is to be registered again.
  void mark_all_changed();

 private:
  Status verify(std::string_view reported_hash);
  void upsert(model::DiscoveredLogSource source);
  void remove(const std::string& source_id);

  bool known_ = false;
  std::uint64_t sequence_ = 0;
  std::map<std::string, model::DiscoveredLogSource> sources_;
  std::string hash_;  // of sources_; computed when they change, compared at each heartbeat
  Changes changes_;
};

}  // namespace oc::control_plane
