#include "control_plane/registry/registry_schema.h"

#include "control_plane/workflows/workflow_schema.h"

namespace oc::control_plane {

namespace {

constexpr std::string_view kSources = R"sql(
CREATE TABLE sources(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id TEXT NOT NULL UNIQUE,
  registration_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  status INTEGER NOT NULL,
  log_path TEXT NOT NULL,
  service_name TEXT NOT NULL,
  source TEXT NOT NULL,
  labels TEXT NOT NULL,
  registered_at_ns INTEGER NOT NULL,
  last_seen_ns INTEGER NOT NULL,
  config_version INTEGER NOT NULL DEFAULT 0);
CREATE INDEX sources_by_status ON sources(status);
CREATE INDEX sources_by_agent ON sources(agent_id, status);
CREATE INDEX sources_by_path ON sources(log_path);
CREATE INDEX sources_by_service ON sources(service_name);
CREATE TABLE source_counts(status INTEGER PRIMARY KEY, sources INTEGER NOT NULL);
INSERT INTO source_counts VALUES (0, 0), (1, 0);
CREATE TRIGGER source_counted AFTER INSERT ON sources BEGIN
  UPDATE source_counts SET sources = sources + 1 WHERE status = new.status;
END;
CREATE TRIGGER source_recounted AFTER UPDATE OF status ON sources WHEN new.status <> old.status BEGIN
  UPDATE source_counts SET sources = sources - 1 WHERE status = old.status;
  UPDATE source_counts SET sources = sources + 1 WHERE status = new.status;
END;
CREATE VIRTUAL TABLE source_text USING fts5(
  source_id, log_path, service_name, content='sources', content_rowid='seq', tokenize='trigram');
CREATE TABLE agents(
  agent_id TEXT PRIMARY KEY,
  host_name TEXT NOT NULL,
  version TEXT NOT NULL,
  first_seen_ns INTEGER NOT NULL,
  last_seen_ns INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE config_contents(hash TEXT PRIMARY KEY, yaml TEXT NOT NULL);
CREATE TABLE configs(
  agent_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  hash TEXT NOT NULL REFERENCES config_contents(hash),
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  generated_at_ns INTEGER NOT NULL,
  state INTEGER NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (agent_id, version)) WITHOUT ROWID;
CREATE INDEX configs_by_hash ON configs(hash);
CREATE INDEX configs_by_time ON configs(generated_at_ns);
)sql";

}  // namespace

const std::vector<std::string_view>& registry_migrations() {
  static const std::vector<std::string_view> migrations = {kSources, kWorkflowTables};
  return migrations;
}

}  // namespace oc::control_plane
