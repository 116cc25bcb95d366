// The registry's repositories and the event bus on one SQLite file.
#pragma once

#include <filesystem>
#include <memory>

#include "control_plane/event_bus/sqlite_event_bus.h"
#include "control_plane/registry/policy_repository.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

struct SqliteConnections;

class SqliteRegistry {
 public:
  // Opens or creates the file and brings it to the newest schema.
  static Result<SqliteRegistry> open(const std::filesystem::path& path, const Clock& clock = system_clock());
  SqliteRegistry(SqliteRegistry&&) noexcept;
  ~SqliteRegistry();

  SourceRepository& sources() { return *sources_; }
  AgentRepository& agents() { return *agents_; }
  ConfigRepository& configs() { return *configs_; }
  SqliteEventBus& events() { return *events_; }
  // For rooms that keep tables of their own in the same file.
  SqliteConnections& connections() { return *connections_; }
  PolicyRepository& policies() { return *policies_; }

 private:
  SqliteRegistry();
  std::unique_ptr<SqliteConnections> connections_;
  std::unique_ptr<SqliteEventBus> events_;
  std::unique_ptr<SourceRepository> sources_;
  std::unique_ptr<AgentRepository> agents_;
  std::unique_ptr<ConfigRepository> configs_;
  std::unique_ptr<PolicyRepository> policies_;
};

}  // namespace oc::control_plane
