// The journal in control-plane.db, over the registry's connections: one writer, so that nobody waits in SQLite's lock.
#pragma once

#include "control_plane/registry/sqlite_connections.h"
#include "control_plane/workflows/workflow_journal.h"

namespace oc::control_plane {

class SqliteWorkflowJournal final : public WorkflowJournal {
 public:
  // `connections` must outlive the journal; the schema is the registry's newest.
  explicit SqliteWorkflowJournal(SqliteConnections& connections) : connections_(connections) {}

  Status write(const JournalWrites& writes) override;
  Result<std::vector<RunRecord>> running() override;
  Result<std::optional<RunRecord>> find_run(const std::string& run_id) override;
  Result<std::vector<RunRecord>> look_up(const std::string& prefix, std::size_t limit) override;
  Result<RunPage> runs(const RunFilter& filter, std::int64_t before, std::size_t limit) override;
  Result<std::vector<StepRecord>> steps(const std::string& run_id) override;
  Result<std::vector<SignalRecord>> untaken_signals(const std::string& run_id) override;

 private:
  Status save_run(const RunRecord& run);
  Status save_step(const StepRecord& step);
  Status save_signal(const SignalRecord& signal);
  Status prune(std::int64_t most);
  Result<std::vector<RunRecord>> read_runs(const std::string& condition, const std::vector<SqlValue>& parameters);

  SqliteConnections& connections_;
};

}  // namespace oc::control_plane
