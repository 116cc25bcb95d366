// One agent's WebSocket: hands everything to the agent manager's queue. A full queue holds up the network thread, and
// with it the agents: back-pressure instead of memory.
#pragma once

#include "control_plane/agent_manager/agent_events.h"

namespace oc::control_plane {

class OpampSession final : public http::WebSocketSession {
 public:
  OpampSession(ConnectionId connection, AgentEventQueue& events) : connection_(connection), events_(events) {}
  void on_open(std::shared_ptr<http::WebSocketPeer> peer) override {
    events_.push(ConnectionOpened{connection_, std::move(peer)});
  }
  // OpAMP speaks binary frames; a text frame is passed on to be refused like any other bytes that are not OpAMP.
  void on_message(std::string_view message, bool binary) override {
    events_.push(BytesReceived{connection_, binary ? std::string(message) : "a text frame"});
  }
  void on_close() override { events_.push(ConnectionClosed{connection_}); }

 private:
  const ConnectionId connection_;
  AgentEventQueue& events_;
};

}  // namespace oc::control_plane
