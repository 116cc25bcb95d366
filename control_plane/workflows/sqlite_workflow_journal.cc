#include "control_plane/workflows/sqlite_workflow_journal.h"

#include <algorithm>

namespace oc::control_plane {

namespace {

// Pruned with a write that ends runs, beyond as many as end: so a backlog shrinks, and no write takes long.
constexpr std::int64_t kPrunedBeyond = 4;

constexpr const char* kSaveRun =
    "INSERT INTO workflow_runs(run_id, workflow, definition_version, key, epoch, state, cancel_requested, input, "
    "outcome, error, next_step, retryable, started_at_ns, finished_at_ns) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT(run_id) DO UPDATE SET "
    "definition_version = excluded.definition_version, epoch = excluded.epoch, state = excluded.state, "
    "cancel_requested = excluded.cancel_requested, outcome = excluded.outcome, error = excluded.error, "
    "next_step = excluded.next_step, retryable = excluded.retryable, finished_at_ns = excluded.finished_at_ns";
constexpr const char* kRunColumns =
    "SELECT seq, run_id, workflow, definition_version, key, epoch, state, cancel_requested, input, outcome, error, "
    "next_step, retryable, started_at_ns, finished_at_ns FROM workflow_runs ";

constexpr const char* kSaveStep =
    "INSERT INTO workflow_steps VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
    "ON CONFLICT(run_id, epoch, position) DO UPDATE SET state = excluded.state, attempt = excluded.attempt, "
    "output = excluded.output, error = excluded.error, next_step = excluded.next_step, "
    "retryable = excluded.retryable, finished_at_ns = excluded.finished_at_ns, due_at_ns = excluded.due_at_ns";
constexpr const char* kReadSteps =
    "SELECT run_id, epoch, position, name, kind, state, attempt, input, output, error, next_step, retryable, "
    "started_at_ns, finished_at_ns, due_at_ns FROM workflow_steps WHERE run_id = ?1 ORDER BY epoch, position";

SqlValue error_text(const std::optional<Error>& error) {
  if (!error) return nullptr;
  return error->message;
}
SqlValue next_step_text(const std::optional<Error>& error) { return error ? error->next_step : std::string(); }
SqlValue retryable_number(const std::optional<Error>& error) {
  return std::int64_t{error && error->retryable() ? 1 : 0};
}

// From three columns: error, next_step, retryable.
std::optional<Error> error_at(const SqlRow& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  const auto kind = row.integer(column + 2) != 0 ? Error::Kind::kRetryable : Error::Kind::kPermanent;
  return Error{kind, row.text(column), row.text(column + 1)};
}

// The journal's own text: what cannot be read any more is as good as absent, and replay notices.
Json json_at(const SqlRow& row, int column) { return parse_json(row.text(column)).value_or(Json(nullptr)); }

RunRecord run_of(const SqlRow& row) {
  return {row.integer(0),
          row.text(1),
          row.text(2),
          row.integer(3),
          row.text(4),
          row.integer(5),
          static_cast<RunState>(std::clamp<std::int64_t>(row.integer(6), 0, 3)),
          row.integer(7) != 0,
          row.text(8),
          json_at(row, 9),
          error_at(row, 10),
          row.integer(13),
          row.integer(14)};
}

StepRecord step_of(const SqlRow& row) {
  return {row.text(0),
          row.integer(1),
          row.integer(2),
          row.text(3),
          static_cast<StepKind>(std::clamp<std::int64_t>(row.integer(4), 0, 2)),
          static_cast<StepState>(std::clamp<std::int64_t>(row.integer(5), 0, 3)),
          row.integer(6),
          row.text(7),
          json_at(row, 8),
          error_at(row, 9),
          row.integer(12),
          row.integer(13),
          row.integer(14)};
}

}  // namespace

Status SqliteWorkflowJournal::write(const JournalWrites& writes) {
  std::lock_guard lock(connections_.writer.mutex);
  return connections_.writer.database.transaction([&]() -> Status {
    for (const auto& run : writes.runs) OC_TRY(save_run(run));
    for (const auto& step : writes.steps) OC_TRY(save_step(step));
    for (const auto& signal : writes.signals) OC_TRY(save_signal(signal));
    const auto finished =
        std::ranges::count_if(writes.runs, [](const auto& r) { return r.state != RunState::kRunning; });
    return finished == 0 ? Status() : prune(finished + kPrunedBeyond);
  });
}

Status SqliteWorkflowJournal::save_run(const RunRecord& run) {
  auto& database = connections_.writer.database;
  OC_TRY(database.execute(
      kSaveRun,
      {run.run_id, run.workflow, run.definition_version, run.key, run.epoch, static_cast<std::int64_t>(run.state),
       std::int64_t{run.cancel_requested}, run.input, json_text(run.outcome), error_text(run.error),
       next_step_text(run.error), retryable_number(run.error), run.started_at_ns, run.finished_at_ns}));
  if (run.epoch <= 2) return {};
  return database.execute("DELETE FROM workflow_steps WHERE run_id = ?1 AND epoch < ?2", {run.run_id, run.epoch - 1});
}

Status SqliteWorkflowJournal::save_step(const StepRecord& step) {
  return connections_.writer.database.execute(
      kSaveStep, {step.run_id, step.epoch, step.position, step.name, static_cast<std::int64_t>(step.kind),
                  static_cast<std::int64_t>(step.state), step.attempt, step.input, json_text(step.output),
                  error_text(step.error), next_step_text(step.error), retryable_number(step.error), step.started_at_ns,
                  step.finished_at_ns, step.due_at_ns});
}

Status SqliteWorkflowJournal::save_signal(const SignalRecord& signal) {
  return connections_.writer.database.execute(
      "INSERT INTO workflow_signals(signal_id, run_id, name, data, received_at_ns, taken) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(signal_id) DO UPDATE SET taken = excluded.taken",
      {signal.signal_id, signal.run_id, signal.name, json_text(signal.data), signal.received_at_ns,
       std::int64_t{signal.taken}});
}

Status SqliteWorkflowJournal::prune(std::int64_t most) {
  auto& database = connections_.writer.database;
  std::vector<std::string> gone;
  OC_TRY(database.execute(
      "SELECT run_id FROM workflow_runs WHERE state <> 0 AND finished_at_ns < (SELECT finished_at_ns FROM "
      "workflow_runs "
      "WHERE state <> 0 ORDER BY finished_at_ns DESC LIMIT 1 OFFSET ?1) ORDER BY finished_at_ns LIMIT ?2",
      {kKeptFinishedRuns - 1, most}, [&](const SqlRow& row) { gone.push_back(row.text(0)); }));
  for (const auto& run_id : gone) {
    OC_TRY(database.execute("DELETE FROM workflow_steps WHERE run_id = ?1", {run_id}));
    OC_TRY(database.execute("DELETE FROM workflow_signals WHERE run_id = ?1", {run_id}));
    OC_TRY(database.execute("DELETE FROM workflow_runs WHERE run_id = ?1", {run_id}));
  }
  return {};
}

Result<std::vector<RunRecord>> SqliteWorkflowJournal::read_runs(const std::string& condition,
                                                                const std::vector<SqlValue>& parameters) {
  std::vector<RunRecord> runs;
  std::lock_guard lock(connections_.reader.mutex);
  OC_TRY(connections_.reader.database.execute(kRunColumns + condition, parameters,
                                              [&](const SqlRow& row) { runs.push_back(run_of(row)); }));
  return runs;
}

Result<std::vector<RunRecord>> SqliteWorkflowJournal::running() {
  return read_runs("WHERE state = 0 ORDER BY seq", {});
}

Result<std::optional<RunRecord>> SqliteWorkflowJournal::find_run(const std::string& run_id) {
  OC_TRY_ASSIGN(auto found, read_runs("WHERE run_id = ?1", {run_id}));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Result<std::vector<RunRecord>> SqliteWorkflowJournal::look_up(const std::string& prefix, std::size_t limit) {
  // '~' sorts behind every letter and digit of an id.
  return read_runs("WHERE run_id >= ?1 AND run_id < ?1 || '~' ORDER BY run_id LIMIT ?2",
                   {prefix, static_cast<std::int64_t>(limit)});
}

Result<RunPage> SqliteWorkflowJournal::runs(const RunFilter& filter, std::int64_t before, std::size_t limit) {
  std::string condition = "WHERE seq < ?1";
  std::vector<SqlValue> parameters = {before > 0 ? before : INT64_MAX, static_cast<std::int64_t>(limit) + 1};
  if (filter.state) {
    condition += " AND state = ?3";
    parameters.emplace_back(static_cast<std::int64_t>(*filter.state));
  }
  if (!filter.workflow.empty()) {
    condition += filter.state ? " AND workflow = ?4" : " AND workflow = ?3";
    parameters.emplace_back(filter.workflow);
  }
  RunPage page;
  OC_TRY_ASSIGN(page.runs, read_runs(condition + " ORDER BY seq DESC LIMIT ?2", parameters));
  if (page.runs.size() > limit) {
    page.runs.resize(limit);
    page.next = page.runs.back().seq;
  }
  return page;
}

Result<std::vector<StepRecord>> SqliteWorkflowJournal::steps(const std::string& run_id) {
  std::vector<StepRecord> steps;
  std::lock_guard lock(connections_.reader.mutex);
  OC_TRY(connections_.reader.database.execute(kReadSteps, {run_id},
                                              [&](const SqlRow& row) { steps.push_back(step_of(row)); }));
  return steps;
}

Result<std::vector<SignalRecord>> SqliteWorkflowJournal::untaken_signals(const std::string& run_id) {
  std::vector<SignalRecord> signals;
  std::lock_guard lock(connections_.reader.mutex);
  OC_TRY(connections_.reader.database.execute(
      "SELECT signal_id, run_id, name, data, received_at_ns FROM workflow_signals WHERE run_id = ?1 AND taken = 0 "
      "ORDER BY seq",
      {run_id}, [&](const SqlRow& row) {
        signals.push_back({row.text(0), row.text(1), row.text(2), json_at(row, 3), row.integer(4), false});
      }));
  return signals;
}

}  // namespace oc::control_plane
