#include "control_plane/registry/registry_schema.h"

#include "control_plane/event_bus/event_journal.h"
#include "control_plane/registry/policy_schema.h"
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

// User labels, history, and counts by type as well: written with upserts, so that a new type needs no row beforehand.
constexpr std::string_view kSourceHistory = R"sql(
ALTER TABLE sources ADD COLUMN user_labels TEXT NOT NULL DEFAULT '{}';
ALTER TABLE sources ADD COLUMN source_type TEXT NOT NULL DEFAULT 'filesystem';
UPDATE sources SET source_type = ifnull(json_extract(source, '$.source_type'), 'filesystem')
  WHERE source NOT LIKE '%"source_type":"filesystem"%';
CREATE INDEX sources_by_type ON sources(source_type);
CREATE INDEX sources_of_agent ON sources(agent_id);  -- in the order of seq, for pages
DROP TRIGGER source_counted;
DROP TRIGGER source_recounted;
DROP TABLE source_counts;
CREATE TABLE source_counts(
  source_type TEXT NOT NULL,
  status INTEGER NOT NULL,
  sources INTEGER NOT NULL,
  PRIMARY KEY (source_type, status)) WITHOUT ROWID;
INSERT INTO source_counts SELECT source_type, status, count(*) FROM sources GROUP BY source_type, status;
CREATE TRIGGER source_counted AFTER INSERT ON sources BEGIN
  INSERT INTO source_counts VALUES (new.source_type, new.status, 1)
    ON CONFLICT DO UPDATE SET sources = sources + 1;
END;
CREATE TRIGGER source_recounted AFTER UPDATE OF status, source_type ON sources
  WHEN new.status <> old.status OR new.source_type <> old.source_type BEGIN
  UPDATE source_counts SET sources = sources - 1 WHERE source_type = old.source_type AND status = old.status;
  INSERT INTO source_counts VALUES (new.source_type, new.status, 1)
    ON CONFLICT DO UPDATE SET sources = sources + 1;
END;
CREATE TRIGGER source_uncounted AFTER DELETE ON sources BEGIN
  UPDATE source_counts SET sources = sources - 1 WHERE source_type = old.source_type AND status = old.status;
END;
CREATE TABLE source_history(
  source_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  at_ns INTEGER NOT NULL,
  change TEXT NOT NULL,
  author TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (source_id, number)) WITHOUT ROWID;
CREATE TABLE label_values(
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  sources INTEGER NOT NULL,
  PRIMARY KEY (name, value)) WITHOUT ROWID;
)sql";

// What went before this table was there counts from its last sign of life.
constexpr std::string_view kGoneSources = R"sql(
CREATE TABLE gone_sources(source_id TEXT PRIMARY KEY, since_ns INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX gone_sources_by_time ON gone_sources(since_ns);
INSERT INTO gone_sources SELECT source_id, last_seen_ns FROM sources WHERE status = 1;
INSERT INTO gone_sources SELECT source_id, max(at_ns) FROM source_history
  WHERE source_id NOT IN (SELECT source_id FROM sources) GROUP BY source_id;
)sql";

}  // namespace

const std::vector<std::string_view>& registry_migrations() {
  static const std::vector<std::string_view> migrations = {kSources,      event_journal_schema(), kSourceHistory,
                                                           kPolicySchema, kWorkflowTables,        kGoneSources};
  return migrations;
}

}  // namespace oc::control_plane
