#include "control_plane/agent_manager/agent_table.h"

#include <algorithm>

#include "contracts/opamp/instance_uid.h"

namespace oc::control_plane {

Connection* AgentTable::connection(ConnectionId id) {
  const auto at = connections_.find(id);
  return at == connections_.end() ? nullptr : &at->second;
}

ManagedAgent* AgentTable::agent(const std::string& agent_id) {
  const auto at = agents_.find(agent_id);
  return at == agents_.end() ? nullptr : &at->second;
}

ManagedAgent* AgentTable::add(const std::string& instance_uid) {
  if (agents_.size() >= kMaxAgents) return nullptr;
  const auto id = contracts::opamp::uuid_from_uid(instance_uid);
  auto& agent = agents_[id];
  agent.facts.agent_id = id;
  agent.instance_uid = instance_uid;
  return &agent;
}

void AgentTable::attach(ManagedAgent& agent, ConnectionId id, Connection& connection) {
  if (agent.peer) agent.peer->close("a newer connection of the same agent has taken over");
  connection.agent_id = agent.facts.agent_id;
  agent.connection = id;
  agent.peer = connection.peer;
  agent.sent_config_hash.clear();
  agent.snapshot_asked = false;
  agent.facts.connected = true;
}

ManagedAgent* AgentTable::close(ConnectionId id) {
  const auto at = connections_.find(id);
  if (at == connections_.end()) return nullptr;
  auto* lost = agent(at->second.agent_id);
  connections_.erase(at);
  if (lost == nullptr || lost->connection != id) return nullptr;
  lost->connection = 0;
  lost->peer.reset();
  lost->facts.connected = false;
  return lost;
}

std::size_t AgentTable::connected() const {
  return static_cast<std::size_t>(
      std::count_if(agents_.begin(), agents_.end(), [](const auto& entry) { return entry.second.facts.connected; }));
}

}  // namespace oc::control_plane
