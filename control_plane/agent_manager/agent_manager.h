// The OpAMP server's mind: one thread that owns the state of every agent, so nothing of it needs a lock. Network
// threads only put events into its queue.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/http/websocket.h"
#include "base/metrics.h"
#include "control_plane/agent_manager/agent_requests.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/event_bus/event_bus.h"
#include "control_plane/registry/log_source_registry.h"

namespace oc::control_plane {

class AgentManager {
 public:
  // All must outlive the manager.
  struct Parts {
    LogSourceRegistry& registry;
    ConfigRepository& configs;
    FleetState& fleet;
    std::vector<FleetListener*> listeners;
    EventBus& bus;  // agent_connected, agent_disconnected
    MetricRegistry& metrics;
    const Clock& clock = system_clock();
  };
  explicit AgentManager(const Parts& parts);  // starts the thread
  ~AgentManager();                            // stops

  // For the WebSocket route; thread-safe.
  std::unique_ptr<http::WebSocketSession> new_session();
  // Asks the agent to write a probe line; silently nothing if it is not connected. Thread-safe.
  void send_probe(const std::string& agent_id, const std::string& test_id);
  // Offers the agent its desired config (ConfigRepository::desired_config), unless it has it; FleetState shows what
  // becomes of it. An agent that is not connected is offered it when it is. Thread-safe, returns at once.
  void deploy(const std::string& agent_id);
  // Asks the agent to do something with its collector and waits for its answer. Thread-safe. Errors: the agent's own;
  // retryable ones when it is not connected, does not answer in time, or `stop` is asked for.
  Result<Json> request(const std::string& agent_id, contracts::CollectorRequest request, std::stop_token stop);
  // Ends the thread; sessions go on to exist, their events are dropped. Call before the server stops, which waits for
  // callbacks that may wait for the queue. Idempotent.
  void stop();

 private:
  class Loop;
  AgentRequests requests_;
  const FleetState& fleet_;
  std::unique_ptr<Loop> loop_;
};

}  // namespace oc::control_plane
