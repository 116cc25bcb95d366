// The OpAMP server's mind: one thread that owns the state of every agent, so nothing of it needs a lock. Network
// threads only put events into its queue.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/http/websocket.h"
#include "base/metrics.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/config_builder/otel_config_builder.h"
#include "control_plane/registry/log_source_registry.h"

namespace oc::control_plane {

class AgentManager {
 public:
  // All must outlive the manager.
  struct Parts {
    LogSourceRegistry& registry;
    ConfigRepository& configs;
    const OtelConfigBuilder& builder;
    FleetState& fleet;
    FleetListener& listener;
    MetricRegistry& metrics;
    const Clock& clock = system_clock();
  };
  explicit AgentManager(const Parts& parts);  // starts the thread
  ~AgentManager();                            // stops

  // For the WebSocket route; thread-safe.
  std::unique_ptr<http::WebSocketSession> new_session();
  // Asks the agent to write a probe line; silently nothing if it is not connected. Thread-safe.
  void send_probe(const std::string& agent_id, const std::string& test_id);
  // Ends the thread; sessions go on to exist, their events are dropped. Call before the server stops, which waits for
  // callbacks that may wait for the queue. Idempotent.
  void stop();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace oc::control_plane
