// The control plane's REST API: the routes of contracts/rest_api's OpenAPI document, no more and no fewer.
#pragma once

#include <functional>
#include <string>

#include "base/http/server.h"
#include "base/metrics.h"
#include "contracts/config/config.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/config_builder/config_compiler.h"
#include "control_plane/config_builder/policy_proposal.h"
#include "control_plane/event_bus/event_feed.h"
#include "control_plane/registry/log_source_registry.h"
#include "control_plane/registry/policy_repository.h"
#include "control_plane/registry/registry_repository.h"
#include "control_plane/verification/verification_board.h"
#include "control_plane/workflows/workflow_engine.h"

namespace oc::control_plane {

// What the handlers read; all must outlive the server.
struct ApiContext {
  LogSourceRegistry& registry;
  EventFeed& events;
  SourceRepository& sources;
  AgentRepository& agents;
  ConfigRepository& configs;
  PolicyRepository& policies;
  const ConfigCompiler& compiler;
  const FleetState& fleet;
  const VerificationBoard& board;
  MetricRegistry& metrics;
  std::function<model::VerificationResult()> probe_now;
  Nanos started_at_ns = 0;
  WorkflowEngine& workflows;
  const ActivityList& activities;
  ActivityRunner& runner;
  StartRollout propose_policy = {};  // empty: POST /api/v1/policies is answered with 503
  // Takes the current policy back for this reason; returns the run's id. Empty: 503, likewise.
  std::function<Result<std::string>(const std::string& reason, const std::string& author)> take_back = {};
  // Has the agent's config looked at soon, after a change of its sources that people made. Empty: at the next round.
  std::function<void(const std::string& agent_id)> reconcile = {};
};

http::Router rest_api(const ApiContext& context);

}  // namespace oc::control_plane
