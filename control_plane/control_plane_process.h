// The parts of a running control plane, in the order in which they rely on each other.
#pragma once

#include <memory>

#include "base/http/server.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"
#include "control_plane/agent_manager/agent_manager.h"
#include "control_plane/registry/sqlite_registry.h"
#include "control_plane/verification/verifier.h"
#include "control_plane/workflows/sqlite_workflow_journal.h"
#include "control_plane/workflows/workflow_engine.h"

namespace oc::control_plane {

class ControlPlaneProcess {
 public:
  // The caller holds the data directory's lock. Listening on both ports when it returns.
  static Result<std::unique_ptr<ControlPlaneProcess>> start(const contracts::Config& config,
                                                            const contracts::DataDirectory& data);
  ~ControlPlaneProcess();

  std::uint16_t api_port() const { return api_->port(); }
  std::uint16_t opamp_port() const { return opamp_->port(); }

 private:
  ControlPlaneProcess(const contracts::Config& config, std::string token, SqliteRegistry registry);
  Status start_workflows();
  Status listen();

  const contracts::Config config_;
  const std::string token_;
  MetricRegistry metrics_;
  SqliteRegistry repositories_;
  LogSourceRegistry registry_;
  OtelConfigBuilder builder_;
  FleetState fleet_;
  VerificationBoard board_;
  Verifier verifier_;
  AgentManager agents_;
  SqliteWorkflowJournal journal_;
  ActivityRunner runner_;
  ActivityList activities_;
  WorkflowEngine workflows_;
  std::unique_ptr<http::Server> opamp_, api_;
};

}  // namespace oc::control_plane
