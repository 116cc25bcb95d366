#include "control_plane/workflows/workflow_schema.h"

namespace oc::control_plane {

const std::string_view kWorkflowTables = R"sql(
CREATE TABLE workflow_runs(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL UNIQUE,
  workflow TEXT NOT NULL,
  definition_version INTEGER NOT NULL,
  key TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  state INTEGER NOT NULL,
  cancel_requested INTEGER NOT NULL,
  input TEXT NOT NULL,
  outcome TEXT NOT NULL,
  error TEXT,
  next_step TEXT NOT NULL,
  retryable INTEGER NOT NULL,
  started_at_ns INTEGER NOT NULL,
  finished_at_ns INTEGER NOT NULL);
CREATE UNIQUE INDEX workflow_runs_running_key ON workflow_runs(workflow, key) WHERE state = 0;
CREATE INDEX workflow_runs_by_state ON workflow_runs(state, seq);
CREATE INDEX workflow_runs_by_workflow ON workflow_runs(workflow, seq);
CREATE INDEX workflow_runs_finished ON workflow_runs(finished_at_ns) WHERE state <> 0;
CREATE TABLE workflow_steps(
  run_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind INTEGER NOT NULL,
  state INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  input TEXT NOT NULL,
  output TEXT NOT NULL,
  error TEXT,
  next_step TEXT NOT NULL,
  retryable INTEGER NOT NULL,
  started_at_ns INTEGER NOT NULL,
  finished_at_ns INTEGER NOT NULL,
  due_at_ns INTEGER NOT NULL,
  PRIMARY KEY (run_id, epoch, position)) WITHOUT ROWID;
CREATE TABLE workflow_signals(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  signal_id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL,
  name TEXT NOT NULL,
  data TEXT NOT NULL,
  received_at_ns INTEGER NOT NULL,
  taken INTEGER NOT NULL);
CREATE INDEX workflow_signals_by_run ON workflow_signals(run_id, seq);
)sql";

}  // namespace oc::control_plane
