#include "control_plane/registry/sqlite_registry.h"

#include "control_plane/registry/registry_schema.h"
#include "control_plane/registry/sqlite_connections.h"
#include "control_plane/registry/sqlite_repositories.h"

namespace oc::control_plane {

namespace {

// A report of 10,000 sources changes some 20 MB of pages; what does not fit is written twice. Taken when needed only.
constexpr const char* kCache = "PRAGMA cache_size=-32768;";  // KiB

}  // namespace

SqliteRegistry::SqliteRegistry() = default;
SqliteRegistry::SqliteRegistry(SqliteRegistry&&) noexcept = default;
SqliteRegistry::~SqliteRegistry() = default;

Result<SqliteRegistry> SqliteRegistry::open(const std::filesystem::path& path, const Clock& clock) {
  OC_TRY_ASSIGN(Database writer, Database::open(path));
  OC_TRY(writer.migrate(registry_migrations()));
  OC_TRY_ASSIGN(Database reader, Database::open(path));
  OC_TRY(writer.script(kCache));
  OC_TRY(reader.script(kCache));
  SqliteRegistry registry;
  registry.connections_ = std::make_unique<SqliteConnections>(std::move(writer), std::move(reader));
  OC_TRY_ASSIGN(registry.events_, SqliteEventBus::open(*registry.connections_, clock));
  registry.sources_ = make_sqlite_sources(*registry.connections_, *registry.events_);
  registry.agents_ = make_sqlite_agents(*registry.connections_);
  registry.configs_ = make_sqlite_configs(*registry.connections_);
  registry.policies_ = make_sqlite_policies(*registry.connections_, *registry.events_);
  return registry;
}

}  // namespace oc::control_plane
