// One run in memory: its coroutine, its place in the journal, and what it waits for. Belongs to the engine's thread and
// has no threads or files of its own: it is told what happened, and says in a Turn what is to be written and done.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "control_plane/activities/activity_list.h"
#include "control_plane/workflows/workflow_definition.h"
#include "control_plane/workflows/workflow_journal.h"

namespace oc::control_plane {

// A workflow that asks for more within one run is a loop without an end: its journal would grow as long.
inline constexpr std::int64_t kMaxSteps = 10'000;

// An attempt of an activity, to be made once the writes of its turn are durable.
struct AttemptOrder {
  std::string run_id;
  Activity* activity = nullptr;
  Json input;
  int attempt = 1;
  std::stop_token stop;
};

struct Turn {
  JournalWrites writes;
  std::vector<AttemptOrder> orders;
  std::vector<RunRecord> ended;
};

class WorkflowRun {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // All must outlive the run. `journaled`: the steps of record.epoch in order.
  WorkflowRun(const WorkflowDefinition& definition, const ActivityList& activities, const Clock& clock,
              RunRecord record, std::vector<StepRecord> journaled, std::vector<SignalRecord> untaken);

  void begin(Turn& turn);  // once: replays what is journaled and goes on
  void attempt_ended(Result<Json> output, Turn& turn);
  void time_is_up(Turn& turn);  // when due() has come
  void receive(SignalRecord signal, Turn& turn);
  void cancel(Turn& turn);
  void stop_attempt() { stop_.request_stop(); }

  const RunRecord& record() const { return record_; }
  std::optional<Time> due() const { return due_; }
  std::size_t untaken_signals() const { return untaken_.size(); }
  bool attempt_under_way() const { return under_way_; }

 private:
  void begin_epoch(Turn& turn);
  void run_from_top(Turn& turn);
  void settle(Turn& turn);
  bool enter_step(Turn& turn);
  bool new_step(Turn& turn);
  bool replay_step(Turn& turn);
  bool wait_for_step(Turn& turn);
  bool take_signal(Turn& turn);
  bool matches(const StepRecord& journaled) const;
  void order_attempt(Turn& turn);
  void retry_later(std::chrono::milliseconds pause, Error error, Turn& turn);
  void wait_until(Nanos due_at_ns, std::chrono::milliseconds most);
  void finish_step(StepState state, Result<Json> result, Turn& turn);
  bool answer(Result<Json> result);
  void end(Result<Json> outcome, Turn& turn);
  void deliver_cancellation();

  const WorkflowDefinition& definition_;
  const ActivityList& activities_;
  const Clock& clock_;
  RunRecord record_;
  std::vector<StepRecord> journaled_;
  std::deque<SignalRecord> untaken_;

  std::optional<WorkflowContext> context_;
  std::unique_ptr<WorkflowBody> body_;  // before context_ in destruction
  AskedStep asked_;                     // what the coroutine waits for
  StepRecord step_;                     // of asked_
  std::int64_t position_ = 0;           // of the next step
  bool cancel_due_ = false;             // asked for, not yet delivered
  bool under_way_ = false;              // an attempt
  std::stop_source stop_;               // of that attempt
  std::optional<Time> due_;
};

}  // namespace oc::control_plane
