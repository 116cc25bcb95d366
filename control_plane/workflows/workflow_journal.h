// Where runs and their steps are kept, behind an interface so that PostgreSQL can take SQLite's place. Thread-safe;
// durable when a call returns; readers never wait for a writer. Errors: a full or broken disk is retryable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control_plane/workflows/workflow_record.h"

namespace oc::control_plane {

// Finished runs beyond the newest of these go, with their steps: whoever wants to know what happened last week asks the
// configs' history. At some kB a run this is some MB.
inline constexpr std::int64_t kKeptFinishedRuns = 2'000;
// Of input, output, outcome or signal as JSON text: the journal carries ids and counts, contents live in the registry.
inline constexpr std::size_t kMaxJournaledBytes = 256 << 10;

// Each inserts or replaces the row with the same key (run_id; run_id, epoch and position; signal_id), in this order.
struct JournalWrites {
  std::vector<RunRecord> runs;
  std::vector<StepRecord> steps;
  std::vector<SignalRecord> signals;
  bool empty() const { return runs.empty() && steps.empty() && signals.empty(); }
};

struct RunFilter {
  std::optional<RunState> state;
  std::string workflow;  // empty: all
};
struct RunPage {
  std::vector<RunRecord> runs;       // the newest first
  std::optional<std::int64_t> next;  // pass as `before` for the next page; nullopt: this was the last
};

class WorkflowJournal {
 public:
  virtual ~WorkflowJournal() = default;
  // All or none. Also takes away a bounded number of runs beyond kKeptFinishedRuns.
  virtual Status write(const JournalWrites& writes) = 0;

  virtual Result<std::vector<RunRecord>> running() = 0;  // the oldest first
  virtual Result<std::optional<RunRecord>> find_run(const std::string& run_id) = 0;
  // By a beginning of their id, as people type it; at most `limit`.
  virtual Result<std::vector<RunRecord>> look_up(const std::string& prefix, std::size_t limit) = 0;
  // `before`: a seq; 0: from the newest on.
  virtual Result<RunPage> runs(const RunFilter& filter, std::int64_t before, std::size_t limit) = 0;
  // Of the run's present epoch and the one before it, in order.
  virtual Result<std::vector<StepRecord>> steps(const std::string& run_id) = 0;
  virtual Result<std::vector<SignalRecord>> untaken_signals(const std::string& run_id) = 0;  // in order of arrival
};

}  // namespace oc::control_plane
