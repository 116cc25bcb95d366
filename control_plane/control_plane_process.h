// The parts of a running control plane, in the order in which they rely on each other.
#pragma once

#include <memory>

#include "base/http/server.h"
#include "base/process.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"
#include "control_plane/activities/activity_list.h"
#include "control_plane/activities/activity_runner.h"
#include "control_plane/agent_manager/agent_manager.h"
#include "control_plane/alerting/alert_pipeline.h"
#include "control_plane/config_builder/config_compiler.h"
#include "control_plane/config_builder/config_generator.h"
#include "control_plane/config_builder/overlay_watcher.h"
#include "control_plane/control_plane.h"
#include "control_plane/event_bus/event_feed.h"
#include "control_plane/registry/inactivity_watch.h"
#include "control_plane/registry/sqlite_registry.h"
#include "control_plane/verification/verifier.h"
#include "control_plane/workflows/reload_scheduler.h"
#include "control_plane/workflows/sqlite_workflow_journal.h"

namespace oc::control_plane {

class ControlPlaneProcess {
 public:
  // The caller holds the data directory's lock. Listening on both ports when it returns.
  static Result<std::unique_ptr<ControlPlaneProcess>> start(const contracts::Config& config,
                                                            const contracts::DataDirectory& data,
                                                            const ControlPlaneOptions& options = {});
  ~ControlPlaneProcess();

  std::uint16_t api_port() const { return api_->port(); }
  std::uint16_t opamp_port() const { return opamp_->port(); }
  LogSourceRegistry& registry() { return registry_; }

 private:
  ControlPlaneProcess(const contracts::Config& config, std::string token, SqliteRegistry registry,
                      ConfigValidator validator);
  Status start_workflows(const SpawnOptions& backend);
  Status listen();

  const contracts::Config config_;
  const std::string token_;
  MetricRegistry metrics_;
  SqliteRegistry repositories_;
  LogSourceRegistry registry_;
  EventFeed feed_;
  OtelConfigBuilder builder_;
  ConfigValidator validator_;
  ConfigCompiler compiler_;
  FleetState fleet_;
  VerificationBoard board_;
  Verifier verifier_;
  ConfigGenerator generator_;
  SqliteWorkflowJournal journal_;
  ActivityRunner runner_;
  ActivityList activities_;
  WorkflowEngine workflows_;
  ReloadScheduler scheduler_;
  AgentManager agents_;
  const ConfigActivityParts config_parts_;
  AlertSender alert_sender_;
  std::optional<Alerting> alerting_;
  std::optional<OverlayWatcher> overlay_;
  InactivityWatch inactivity_;
  std::unique_ptr<http::Server> opamp_, api_;
};

}  // namespace oc::control_plane
