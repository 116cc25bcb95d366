#include <mutex>

#include "control_plane/registry/source_history.h"
#include "control_plane/registry/source_rows.h"
#include "control_plane/registry/source_search.h"
#include "control_plane/registry/sqlite_repositories.h"

namespace oc::control_plane {

namespace {

// config_version is written by set_config_version() alone: a report that was read before must not set it back.
constexpr const char* kSave =
    "INSERT INTO sources(source_id, registration_id, agent_id, status, log_path, service_name, source, labels, "
    "registered_at_ns, last_seen_ns, config_version, user_labels, source_type) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "
    "ON CONFLICT(source_id) DO UPDATE SET agent_id = excluded.agent_id, status = excluded.status, "
    "log_path = excluded.log_path, service_name = excluded.service_name, source = excluded.source, "
    "labels = excluded.labels, last_seen_ns = excluded.last_seen_ns, user_labels = excluded.user_labels, "
    "source_type = excluded.source_type";

Status save(Database& writer, SourceTextIndex& text, const std::vector<model::RegisteredLogSource>& sources) {
  OC_TRY(text.begin());
  for (const auto& source : sources) {
    OC_TRY(text.before_save(source));
    OC_TRY(writer.execute(kSave, row_of(source)));
    if (source.source.status == model::SourceStatus::kActive) OC_TRY(is_back(writer, source.source.source_id));
  }
  return {};
}

Status delete_row(Database& writer, SourceTextIndex& text, const std::string& source_id) {
  OC_TRY(recount_labels(writer, source_id, {}));
  OC_TRY(text.before_delete(source_id));
  return writer.execute("DELETE FROM sources WHERE source_id = ?1", {source_id});
}

class SqliteSources final : public SourceRepository {
 public:
  SqliteSources(SqliteConnections& connections, SqliteEventBus& events) : connections_(connections), events_(events) {}

  Status save_sources(const std::vector<model::RegisteredLogSource>& sources, const SourceNews& news) override {
    return write(news, [&](Database& writer, SourceTextIndex& text) { return save(writer, text, sources); });
  }

  Status set_inactive(const std::vector<std::string>& source_ids, Nanos now, const SourceNews& news) override {
    return write(news, [&](Database& writer, SourceTextIndex&) -> Status {
      for (const auto& id : source_ids) {
        OC_TRY(writer.execute("UPDATE sources SET status = 1 WHERE source_id = ?1", {id}));
        OC_TRY(is_gone(writer, id, now));
      }
      return {};
    });
  }

  Status save_user_labels(const model::RegisteredLogSource& source, const SourceNews& news) override {
    return write(news, [&](Database& writer, SourceTextIndex& text) -> Status {
      OC_TRY(recount_labels(writer, source.source.source_id, source.user_labels));
      return save(writer, text, {source});
    });
  }

  Status delete_source(const std::string& source_id, Nanos now, const SourceNews& news) override {
    return write(news, [&](Database& writer, SourceTextIndex& text) -> Status {
      OC_TRY(text.begin());
      OC_TRY(delete_row(writer, text, source_id));
      return is_gone(writer, source_id, now);
    });
  }

  Result<std::uint64_t> forget_gone(Nanos before, std::uint64_t kept, std::uint64_t at_most) override {
    std::vector<std::string> ids;
    {
      std::lock_guard lock(connections_.reader.mutex);
      OC_TRY_ASSIGN(ids, longest_gone(connections_.reader.database, before, kept, at_most));
    }
    if (ids.empty()) return 0;
    OC_TRY(write({}, [&](Database& writer, SourceTextIndex& text) -> Status {
      OC_TRY(text.begin());
      for (const auto& id : ids) {
        OC_TRY(delete_row(writer, text, id));
        OC_TRY(forget_history(writer, id));
        OC_TRY(is_back(writer, id));
      }
      return {};
    }));
    return ids.size();
  }

  Status set_config_version(const std::vector<std::string>& source_ids, std::int64_t version) override {
    return write({}, [&](Database& writer, SourceTextIndex&) -> Status {
      for (const auto& id : source_ids)
        OC_TRY(writer.execute("UPDATE sources SET config_version = ?2 WHERE source_id = ?1", {id, version}));
      return {};
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

  Result<std::vector<model::RegisteredLogSource>> sources_for_config(const std::string& agent_id) override {
    std::vector<model::RegisteredLogSource> found;
    std::lock_guard lock(connections_.reader.mutex);
    OC_TRY(append("WHERE sources.agent_id = ?1 AND (status = 0 OR config_version > 0)", {agent_id}, found));
    return found;
  }

  Result<std::vector<model::RegisteredLogSource>> unseen_sources(Nanos before) override {
    std::vector<model::RegisteredLogSource> found;
    std::lock_guard lock(connections_.reader.mutex);
    // Agents first: there are few, and their active sources are an index away.
    OC_TRY(
        append("WHERE sources.seq IN (SELECT seq FROM agents AS gone CROSS JOIN sources AS unseen ON unseen.agent_id = "
               "gone.agent_id AND unseen.status = 0 WHERE gone.last_seen_ns < ?1 AND unseen.last_seen_ns < ?1)",
               {before}, found));
    return found;
  }

  Result<std::vector<SourceChange>> history(const std::string& source_id, std::size_t limit) override {
    std::lock_guard lock(connections_.reader.mutex);
    return read_history(connections_.reader.database, source_id, limit);
  }

  Result<std::vector<std::string>> label_values(const std::string& name) override {
    std::lock_guard lock(connections_.reader.mutex);
    return read_label_values(connections_.reader.database, name);
  }

  Result<SourcePage> list_sources(const SourceFilter& filter, std::int64_t after, std::size_t limit) override {
    std::lock_guard lock(connections_.reader.mutex);
    return search_sources(connections_.reader.database, filter, after, limit);
  }

 private:
  template <typename Body>
  Status write(const SourceNews& news, Body body) {
    SourceTextIndex text(connections_.writer.database);
    return events_.commit(
        [&](Database& writer, std::vector<NewEvent>& events) -> Status {
          OC_TRY(body(writer, text));
          events = news.events;
          return append_history(writer, news.history);
        },
        [&](Database&) { return text.finish(); });
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
  SqliteEventBus& events_;
};

}  // namespace

std::unique_ptr<SourceRepository> make_sqlite_sources(SqliteConnections& connections, SqliteEventBus& events) {
  return std::make_unique<SqliteSources>(connections, events);
}

}  // namespace oc::control_plane
