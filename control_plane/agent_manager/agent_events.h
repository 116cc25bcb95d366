// What reaches the agent manager's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "base/bounded_queue.h"
#include "base/http/websocket.h"
#include "contracts/opamp/collector_requests.h"

namespace oc::control_plane {

using ConnectionId = std::uint64_t;

struct ConnectionOpened {
  ConnectionId connection;
  std::shared_ptr<http::WebSocketPeer> peer;
};
struct BytesReceived {
  ConnectionId connection;
  std::string bytes;
};
struct ConnectionClosed {
  ConnectionId connection;
};
struct ProbeWanted {
  std::string agent_id;
  std::string test_id;
};
struct DeploymentWanted {
  std::string agent_id;
};
struct RequestWanted {
  std::string agent_id;
  contracts::CollectorRequest request;
};

using AgentEvent =
    std::variant<ConnectionOpened, BytesReceived, ConnectionClosed, ProbeWanted, DeploymentWanted, RequestWanted>;
using AgentEventQueue = BoundedQueue<AgentEvent>;

}  // namespace oc::control_plane
