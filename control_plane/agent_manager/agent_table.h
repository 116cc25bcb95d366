// The agents and connections that the agent manager's thread holds.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "control_plane/agent_manager/managed_agent.h"

namespace oc::control_plane {

struct Connection {
  std::shared_ptr<http::WebSocketPeer> peer;
  std::string agent_id;  // empty until the first message
};

class AgentTable {
 public:
  // An instance_uid costs memory until we restart; nobody has so many hosts on one control plane.
  static constexpr std::size_t kMaxAgents = 20'000;

  void open(ConnectionId id, std::shared_ptr<http::WebSocketPeer> peer) { connections_[id].peer = std::move(peer); }
  Connection* connection(ConnectionId id);
  ManagedAgent* agent(const std::string& agent_id);
  // Null when the table is full.
  ManagedAgent* add(const std::string& instance_uid);
  // A newer connection takes over: the older one is closed.
  void attach(ManagedAgent& agent, ConnectionId id, Connection& connection);
  // The agent that lost its connection; null if it has a newer one already, or never said who it is.
  ManagedAgent* close(ConnectionId id);
  void forget(const std::string& agent_id) { agents_.erase(agent_id); }
  std::size_t connected() const;

 private:
  std::map<ConnectionId, Connection> connections_;
  std::map<std::string, ManagedAgent> agents_;
};

}  // namespace oc::control_plane
