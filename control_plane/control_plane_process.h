// The parts of a running control plane, in the order in which they rely on each other.
#pragma once

#include <memory>

#include "base/http/server.h"
#include "base/process.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"
#include "control_plane/agent_manager/agent_manager.h"
#include "control_plane/event_bus/event_feed.h"
#include "control_plane/registry/inactivity_watch.h"
#include "control_plane/config_builder/config_compiler.h"
#include "control_plane/registry/sqlite_registry.h"
#include "control_plane/verification/verifier.h"

namespace oc::control_plane {

class ControlPlaneProcess {
 public:
  // The caller holds the data directory's lock. Listening on both ports when it returns. `collector` is the program
  // whose `collector validate` judges configs: ours, unless told.
  static Result<std::unique_ptr<ControlPlaneProcess>> start(const contracts::Config& config,
                                                            const contracts::DataDirectory& data,
                                                            const std::string& collector = own_executable());
  ~ControlPlaneProcess();

  std::uint16_t api_port() const { return api_->port(); }
  std::uint16_t opamp_port() const { return opamp_->port(); }
  LogSourceRegistry& registry() { return registry_; }

 private:
  ControlPlaneProcess(const contracts::Config& config, std::string token, SqliteRegistry registry,
                      ConfigValidator validator);
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
  AgentManager agents_;
  InactivityWatch inactivity_;
  std::unique_ptr<http::Server> opamp_, api_;
};

}  // namespace oc::control_plane
