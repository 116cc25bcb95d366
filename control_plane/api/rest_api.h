// The control plane's REST API: the routes of contracts/rest_api's OpenAPI document, no more and no fewer.
#pragma once

#include <functional>
#include <string>

#include "base/http/server.h"
#include "base/metrics.h"
#include "contracts/config/config.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/registry/registry_repository.h"
#include "control_plane/verification/verification_board.h"
#include "control_plane/workflows/workflow_engine.h"

namespace oc::control_plane {

// What the handlers read; all must outlive the server.
struct ApiContext {
  SourceRepository& sources;
  AgentRepository& agents;
  ConfigRepository& configs;
  const FleetState& fleet;
  const VerificationBoard& board;
  MetricRegistry& metrics;
  std::function<model::VerificationResult()> probe_now;
  Nanos started_at_ns = 0;
  WorkflowEngine& workflows;
  const ActivityList& activities;
  ActivityRunner& runner;
};

http::Router rest_api(const ApiContext& context);

}  // namespace oc::control_plane
