// The three repositories over shared connections and the bus, which must outlive them. Only sqlite_registry.cc includes
// this.
#pragma once

#include <memory>

#include "control_plane/event_bus/sqlite_event_bus.h"
#include "control_plane/registry/policy_repository.h"
#include "control_plane/registry/registry_repository.h"
#include "control_plane/registry/sqlite_connections.h"

namespace oc::control_plane {

std::unique_ptr<SourceRepository> make_sqlite_sources(SqliteConnections& connections, SqliteEventBus& events);
std::unique_ptr<AgentRepository> make_sqlite_agents(SqliteConnections& connections);
std::unique_ptr<ConfigRepository> make_sqlite_configs(SqliteConnections& connections);
std::unique_ptr<PolicyRepository> make_sqlite_policies(SqliteConnections& connections, SqliteEventBus& events);

}  // namespace oc::control_plane
