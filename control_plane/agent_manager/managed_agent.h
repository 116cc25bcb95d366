// All that the agent manager's thread knows of one agent.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/http/websocket.h"
#include "control_plane/agent_manager/agent_events.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/agent_manager/source_set.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

struct ManagedAgent {
  AgentFacts facts;
  AgentRecord record;        // as it was saved last; an empty id: not yet
  std::string instance_uid;  // facts.agent_id as 16 bytes
  std::uint64_t capabilities = 0;
  bool described = false;          // its full state was received
  bool told_connected = false;     // what the last event said of it
  std::uint64_t sequence_num = 0;  // of the last message

  ConnectionId connection = 0;  // 0: none
  std::shared_ptr<http::WebSocketPeer> peer;
  std::string sent_config_hash;  // over this connection

  SourceSet set;
  bool snapshot_asked = false;       // and not received since
  std::string reported_config_hash;  // of the last remote config status
  bool reported_applied = false;     // it said that config is applied
  bool change_pending = false;       // a timer for registering is set
};

}  // namespace oc::control_plane
