// The links between a line in a file and a row in the store, and the first that is broken (DESIGN section 4, explain).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/verification/source_verification.h"

namespace oc::control_plane {

struct ChainStep {
  std::string step;        // discovered, registered, rendered, applied, read, sent, stored
  std::optional<bool> ok;  // nullopt: not reached
  std::string detail;
};

struct StoreStatus {
  std::string url;
  bool embedded = true;
  bool reachable = false;
  bool queryable = true;                 // false: a sink without Loki's query API
  std::string reason = "not asked yet";  // why not reachable
};

// `proven`: the store holds what it should, so every link before it held as well, whatever was heard of it.
std::vector<ChainStep> delivery_chain(const SourceFacts& source, const std::optional<AgentFacts>& agent,
                                      const StoreStatus& store, bool proven);
// The first link that failed; while none has, and the proof is overdue, the first that was not reached. Null: none.
const ChainStep* broken_link(const std::vector<ChainStep>& chain, bool overdue);

}  // namespace oc::control_plane
