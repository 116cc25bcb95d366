// The durable workflow engine (CP-7). A workflow that was begun goes on to its end, whatever process dies when: a run
// is replayed from the top of its coroutine, finished steps answer from the journal, a step that was under way runs
// again. docs/workflows.md says what is guaranteed and how to write one.
//
// Threads: coroutines are resumed on the engine's one thread, activities run on kActivityThreads others; what the
// engine's thread decides in one turn, for however many runs, is one write to the journal. All calls are thread-safe.
//
//   WorkflowEngine engine({journal, activities, runner, &events, metrics});
//   engine.register_workflow("collector_dynamic_reload_workflow", 1, &collector_dynamic_reload);
//   engine.resume();
//   auto run = engine.start("collector_dynamic_reload_workflow", agent_id, contracts::write_record(change));
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/metrics.h"
#include "control_plane/activities/activity_list.h"
#include "control_plane/activities/activity_runner.h"
#include "control_plane/event_bus/event_bus.h"
#include "control_plane/workflows/workflow_definition.h"
#include "control_plane/workflows/workflow_journal.h"

namespace oc::control_plane {

// Activities mostly wait for agents and stores; more of them at once than this would only queue there.
inline constexpr std::size_t kActivityThreads = 8;
// Each holds a coroutine and its journaled steps in memory; one a host is far below this.
inline constexpr std::size_t kMaxRunningRuns = 20'000;
// Of one run: a sender that is faster than its workflow gets an error instead of our memory.
inline constexpr std::size_t kMaxUntakenSignals = 1'000;

struct StartedRun {
  std::string run_id;
  bool joined = false;  // it was running already: `input` was not used
};

class WorkflowEngine {
 public:
  // All must outlive the engine; `events` may be null.
  struct Parts {
    WorkflowJournal& journal;
    const ActivityList& activities;
    ActivityRunner& runner;
    EventBus* events;
    MetricRegistry& metrics;
    const Clock& clock = system_clock();
  };
  explicit WorkflowEngine(const Parts& parts);
  ~WorkflowEngine();  // stops

  // Before resume(). `version` is to be counted up whenever the code asks for other steps than before.
  template <contracts::Record Out, contracts::Record In>
  Status register_workflow(const std::string& name, std::int64_t version,
                           Workflow<Out> (*function)(WorkflowContext&, In)) {
    return add(define_workflow(name, version, function));
  }
  // Starts the threads; what the journal says was running goes on.
  Status resume();

  // Durable when it returns. A running run of the same workflow and key is joined; an empty key never joins. Errors:
  // unknown workflow, input that breaks its schema (permanent); too many runs, journal not writable (retryable).
  Result<StartedRun> start(const std::string& workflow, const std::string& key, const Json& input);
  // As start, and sends the signal to the run, begun or joined, in the same write: nothing that happens while a run
  // ends is missed, if the workflow looks for the signal once more before it returns.
  Result<StartedRun> start_with_signal(const std::string& workflow, const std::string& key, const Json& input,
                                       const std::string& signal, const Json& data);
  // Durable when it returns; delivered once. Null data arrives as {}. A permanent error: the run has ended, or never
  // was.
  Status signal(const std::string& run_id, const std::string& name, const Json& data);
  // Asks; the run ends when its workflow has undone what it wants to undo. Of a run that has ended: a permanent error.
  Status cancel(const std::string& run_id);

  Result<RunPage> runs(const RunFilter& filter, std::int64_t before, std::size_t limit);
  // By a beginning of their id; at most `limit`.
  Result<std::vector<RunRecord>> look_up(const std::string& prefix, std::size_t limit);
  Result<std::vector<StepRecord>> steps(const std::string& run_id);
  // Until it has ended or the time is over: the record says which. A permanent error: there is no such run.
  Result<RunRecord> wait(const std::string& run_id, std::chrono::milliseconds timeout);
  std::vector<std::string> workflows() const;  // names, sorted

  // Ends attempts by their stop_token and waits for them; runs stay "running" and go on at the next start. Idempotent.
  void stop();

 private:
  Status add(WorkflowDefinition definition);
  Result<StartedRun> begin(const std::string& workflow, const std::string& key, const Json& input,
                           std::optional<std::pair<std::string, Json>> signal);

  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace oc::control_plane
