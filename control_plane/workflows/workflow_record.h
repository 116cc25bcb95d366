// What the journal keeps of a workflow: its run, the run's steps in order, and the signals sent to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace oc::control_plane {

enum class RunState { kRunning, kCompleted, kFailed, kCancelled };
enum class StepKind { kActivity, kTimer, kSignal };
enum class StepState { kRunning, kCompleted, kFailed, kCancelled };

struct RunRecord {
  std::int64_t seq = 0;  // the journal's, in order of starts; 0: not in it yet
  std::string run_id;    // UUID
  std::string workflow;
  std::int64_t definition_version = 0;  // of the code that this epoch began with
  std::string key;                      // at most one running run of a workflow has it
  std::int64_t epoch = 1;               // counts up when the run begins again from observation
  RunState state = RunState::kRunning;
  bool cancel_requested = false;
  std::string input;  // JSON text, as compared on replay
  Json outcome;       // null unless it ended well
  std::optional<Error> error;
  Nanos started_at_ns = 0;
  Nanos finished_at_ns = 0;  // 0: not yet
};

struct StepRecord {
  std::string run_id;
  std::int64_t epoch = 1;
  std::int64_t position = 0;  // from 0, in the order the workflow asked
  std::string name;           // the activity's, then "…#2": once an epoch
  StepKind kind = StepKind::kActivity;
  StepState state = StepState::kRunning;
  std::int64_t attempt = 1;
  std::string input;           // JSON text, as compared on replay
  Json output;                 // null unless completed
  std::optional<Error> error;  // why it failed, or the attempt before this one did
  Nanos started_at_ns = 0;
  Nanos finished_at_ns = 0;
  Nanos due_at_ns = 0;  // a timer's end, a signal's time limit, the next attempt; 0: none
};

struct SignalRecord {
  std::string signal_id;  // UUID
  std::string run_id;
  std::string name;
  Json data;
  Nanos received_at_ns = 0;
  bool taken = false;  // by a step, in the same write as its end
};

std::string_view to_string(RunState state);   // "running", "completed", "failed", "cancelled"
std::string_view to_string(StepState state);  // the same words
std::string_view to_string(StepKind kind);    // "activity", "timer", "signal"
std::optional<RunState> parse_run_state(std::string_view text);

// As REST shows them. Not for the journal: it keeps columns.
Json to_json(const RunRecord& run);
Json to_json(const StepRecord& step);

// JSON on one line; bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string json_text(const Json& value);

}  // namespace oc::control_plane
