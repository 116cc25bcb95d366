#include <mutex>

#include "control_plane/registry/source_rows.h"
#include "control_plane/registry/source_search.h"
#include "control_plane/registry/sqlite_repositories.h"

namespace oc::control_plane {

namespace {

constexpr const char* kSave =
    "INSERT INTO sources(source_id, registration_id, agent_id, status, log_path, service_name, source, labels, "
    "registered_at_ns, last_seen_ns, config_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
    "ON CONFLICT(source_id) DO UPDATE SET agent_id = excluded.agent_id, status = excluded.status, "
    "log_path = excluded.log_path, service_name = excluded.service_name, source = excluded.source, "
    "labels = excluded.labels, last_seen_ns = excluded.last_seen_ns, config_version = excluded.config_version";

class SqliteSources final : public SourceRepository {
 public:
  explicit SqliteSources(SqliteConnections& connections) : connections_(connections) {}

  Status save_sources(const std::vector<model::RegisteredLogSource>& sources) override {
    std::lock_guard lock(connections_.writer.mutex);
    auto& database = connections_.writer.database;
    return database.transaction([&]() -> Status {
      SourceTextIndex text(database);
      OC_TRY(text.begin());
      for (const auto& source : sources) {
        OC_TRY(text.before_save(source));
        OC_TRY(database.execute(kSave, row_of(source)));
      }
      return text.finish();
    });
  }

  Result<std::uint64_t> set_status(const std::vector<std::string>& source_ids, model::SourceStatus status) override {
    std::uint64_t changed = 0;
    const std::int64_t number = status == model::SourceStatus::kActive ? 0 : 1;
    OC_TRY(write_each(source_ids, [&](Database& database, const std::string& id) -> Status {
      OC_TRY(database.execute("UPDATE sources SET status = ?2 WHERE source_id = ?1 AND status <> ?2", {id, number}));
      changed += static_cast<std::uint64_t>(database.changes());
      return {};
    }));
    return changed;
  }

  Status set_config_version(const std::vector<std::string>& source_ids, std::int64_t version) override {
    return write_each(source_ids, [&](Database& database, const std::string& id) {
      return database.execute("UPDATE sources SET config_version = ?2 WHERE source_id = ?1", {id, version});
    });
  }

  Result<std::vector<model::RegisteredLogSource>> find_sources(const std::vector<std::string>& source_ids) override {
    std::vector<model::RegisteredLogSource> found;
    std::lock_guard lock(connections_.reader.mutex);
    for (const auto& id : source_ids) OC_TRY(append("WHERE source_id = ?1", {id}, found));
    return found;
  }

  Result<std::vector<model::RegisteredLogSource>> look_up(const std::string& key, std::size_t limit) override {
    static const char* const kWays[] = {
        "WHERE source_id = ?1 LIMIT ?2", "WHERE log_path = ?1 ORDER BY status, seq DESC LIMIT ?2",
        "WHERE service_name = ?1 ORDER BY status, seq LIMIT ?2",
        // '~' sorts behind every letter and digit of an id.
        "WHERE source_id >= ?1 AND source_id < ?1 || '~' ORDER BY status, seq LIMIT ?2"};
    std::vector<model::RegisteredLogSource> found;
    std::lock_guard lock(connections_.reader.mutex);
    for (const char* way : kWays) {
      OC_TRY(append(way, {key, static_cast<std::int64_t>(limit)}, found));
      if (!found.empty() || key.empty()) break;
    }
    return found;
  }

  Result<std::vector<model::RegisteredLogSource>> active_sources_of(const std::string& agent_id) override {
    std::vector<model::RegisteredLogSource> found;
    std::lock_guard lock(connections_.reader.mutex);
    OC_TRY(append("WHERE sources.agent_id = ?1 AND status = 0", {agent_id}, found));
    return found;
  }

  Result<SourcePage> list_sources(const SourceFilter& filter, std::int64_t after, std::size_t limit) override {
    std::lock_guard lock(connections_.reader.mutex);
    return search_sources(connections_.reader.database, filter, after, limit);
  }

 private:
  template <typename Items, typename Write>
  Status write_each(const Items& items, Write write) {
    std::lock_guard lock(connections_.writer.mutex);
    auto& database = connections_.writer.database;
    return database.transaction([&]() -> Status {
      for (const auto& item : items) OC_TRY(write(database, item));
      return {};
    });
  }

  Status append(const std::string& condition, const std::vector<SqlValue>& parameters,
                std::vector<model::RegisteredLogSource>& found) {
    Status read;
    OC_TRY(connections_.reader.database.execute(kSourceColumns + condition, parameters, [&](const SqlRow& row) {
      auto source = source_of(row);
      if (source)
        found.push_back(std::move(*source));
      else
        read = in_context(std::move(source).error(), "control-plane.db, table sources");
    }));
    return read;
  }

  SqliteConnections& connections_;
};

}  // namespace

std::unique_ptr<SourceRepository> make_sqlite_sources(SqliteConnections& connections) {
  return std::make_unique<SqliteSources>(connections);
}

}  // namespace oc::control_plane
