// The custom messages of an agent (contracts/opamp/custom_messages.h), read and answered.
#pragma once

#include <memory>

#include "base/metrics.h"
#include "contracts/opamp/messages.h"
#include "control_plane/agent_manager/agent_requests.h"
#include "control_plane/agent_manager/managed_agent.h"

namespace oc::control_plane {

class SourceMessages {
 public:
  SourceMessages(FleetState& fleet, std::vector<FleetListener*> listeners, AgentRequests& requests,
                 MetricRegistry& metrics);

  // True: the set of sources changed. An error is a message that is not as agreed: the peer is to be refused. Messages
  // of other capabilities are left alone, as OpAMP asks.
  Result<bool> handle(ManagedAgent& agent, const contracts::opamp::CustomMessage& message);
  void ask_for_snapshot(ManagedAgent& agent, const std::string& reason);
  void send_probe(ManagedAgent& agent, const std::string& test_id);
  void send_request(ManagedAgent& agent, const contracts::CollectorRequest& request);

 private:
  Result<bool> handle_sources(ManagedAgent& agent, const std::string& type, const Json& data);
  Result<bool> handle_probe(ManagedAgent& agent, const std::string& type, const Json& data);
  Result<bool> handle_answer(ManagedAgent& agent, const std::string& type, const Json& data);
  bool settle_set(ManagedAgent& agent, const Status& applied);
  void send(ManagedAgent& agent, std::string_view capability, std::string type, const Json& data);

  FleetState& fleet_;
  const std::vector<FleetListener*> listeners_;
  AgentRequests& requests_;
  std::shared_ptr<Counter> resyncs_;
};

}  // namespace oc::control_plane
