#include "control_plane/workflows/workflow_run.h"

#include <algorithm>

#include <fmt/format.h>

#include "control_plane/activities/activity_runner.h"

namespace oc::control_plane {

namespace {

using std::chrono::milliseconds;

std::string step_input(const StepRequest& request) {
  if (request.kind == StepKind::kActivity) return json_text(request.input);
  return json_text(Json{{request.kind == StepKind::kTimer ? "duration_ms" : "timeout_ms", request.wait.count()}});
}

Nanos nanos(milliseconds duration) { return std::chrono::nanoseconds(duration).count(); }

std::unexpected<Error> cancelled_error(const std::string& step) {
  return permanent(fmt::format("{}: cancelled", step));
}

std::unexpected<Error> too_large(const std::string& what, std::size_t bytes) {
  return permanent(fmt::format("{} is {} bytes of JSON, the journal takes {}", what, bytes, kMaxJournaledBytes),
                   "carry an id, and keep the content where the id leads");
}

}  // namespace

WorkflowRun::WorkflowRun(const WorkflowDefinition& definition, const ActivityList& activities, const Clock& clock,
                         RunRecord record, std::vector<StepRecord> journaled, std::vector<SignalRecord> untaken)
    : definition_(definition),
      activities_(activities),
      clock_(clock),
      record_(std::move(record)),
      journaled_(std::move(journaled)),
      untaken_(std::make_move_iterator(untaken.begin()), std::make_move_iterator(untaken.end())) {}

void WorkflowRun::begin(Turn& turn) {
  if (record_.definition_version != definition_.version) begin_epoch(turn);
  run_from_top(turn);
  settle(turn);
}

// Restart from observation: what was journaled stays for people, every step runs again.
void WorkflowRun::begin_epoch(Turn& turn) {
  ++record_.epoch;
  record_.definition_version = definition_.version;
  journaled_.clear();
  turn.writes.runs.push_back(record_);
}

void WorkflowRun::run_from_top(Turn& turn) {
  body_.reset();
  context_.emplace(record_.run_id, record_.key);
  position_ = 0;
  cancel_due_ = record_.cancel_requested;
  const auto input = parse_json(record_.input);
  auto body = input ? definition_.make(*context_, *input) : std::unexpected(input.error());
  if (!body) return end(in_context(std::move(body).error(), "input"), turn);
  body_ = std::move(*body);
  body_->begin();
}

// Goes on for as long as steps are answered at once.
void WorkflowRun::settle(Turn& turn) {
  while (record_.state == RunState::kRunning) {
    if (body_->ended() && position_ < static_cast<std::int64_t>(journaled_.size())) {
      begin_epoch(turn);  // the code asks for fewer steps than it did
      run_from_top(turn);
      continue;
    }
    if (body_->ended()) return end(body_->outcome(), turn);
    asked_ = context_->take_asked();
    if (asked_.waiter == nullptr)
      return end(permanent("the workflow awaits something that is no step", "this is a bug of the workflow"), turn);
    if (!enter_step(turn)) return;
  }
}

// True: answered, and the coroutine went on. False: it waits.
bool WorkflowRun::enter_step(Turn& turn) {
  if (position_ >= kMaxSteps) {
    end(permanent(fmt::format("the workflow asked for more than {} steps", kMaxSteps),
                  "let it end, and start it again with what it knows"),
        turn);
    return true;
  }
  const bool replayed = position_ < static_cast<std::int64_t>(journaled_.size());
  return replayed ? replay_step(turn) : new_step(turn);
}

bool WorkflowRun::matches(const StepRecord& journaled) const {
  return journaled.name == asked_.request.name && journaled.kind == asked_.request.kind &&
         journaled.input == step_input(asked_.request);
}

bool WorkflowRun::replay_step(Turn& turn) {
  step_ = journaled_[static_cast<std::size_t>(position_)];
  bool usable = matches(step_);
  ++position_;
  if (usable && step_.state == StepState::kRunning) return wait_for_step(turn);
  if (usable && step_.state == StepState::kCancelled) deliver_cancellation();
  if (usable) usable = answer(step_.error ? Result<Json>(std::unexpected(*step_.error)) : Result<Json>(step_.output));
  if (!usable) {  // the code has changed, whatever its version says
    begin_epoch(turn);
    run_from_top(turn);
  }
  return true;
}

bool WorkflowRun::new_step(Turn& turn) {
  const Nanos now = clock_.wall_ns();
  step_ = {record_.run_id, record_.epoch, position_++, asked_.request.name, asked_.request.kind};
  step_.input = step_input(asked_.request);
  step_.started_at_ns = now;
  if (step_.kind != StepKind::kActivity) step_.due_at_ns = now + nanos(asked_.request.wait);
  if (const auto bytes = step_.input.size(); bytes > kMaxJournaledBytes) {
    step_.input = "null";
    finish_step(StepState::kFailed, too_large("the input of " + step_.name, bytes), turn);
    return true;
  }
  if (step_.kind == StepKind::kActivity && activities_.find(asked_.request.subject) == nullptr) {
    finish_step(StepState::kFailed, std::unexpected(activities_.unknown(asked_.request.subject)), turn);
    return true;
  }
  turn.writes.steps.push_back(step_);
  return wait_for_step(turn);
}

// As enter_step, for a step that has no end in the journal.
bool WorkflowRun::wait_for_step(Turn& turn) {
  if (cancel_due_) {
    finish_step(StepState::kCancelled, cancelled_error(step_.name), turn);
    return true;
  }
  if (step_.kind == StepKind::kSignal && take_signal(turn)) return true;
  const bool activity = step_.kind == StepKind::kActivity;
  if (activity && activities_.find(asked_.request.subject) == nullptr) {
    finish_step(StepState::kFailed, std::unexpected(activities_.unknown(asked_.request.subject)), turn);
    return true;
  }
  if (activity && step_.due_at_ns == 0) {
    order_attempt(turn);
    return false;
  }
  if (!activity && asked_.request.wait <= milliseconds(0)) {
    finish_step(StepState::kCompleted, Json(nullptr), turn);
    return true;
  }
  const auto limits = activity ? activities_.find(asked_.request.subject)->limits() : ActivityLimits{};
  wait_until(step_.due_at_ns, activity ? limits.longest_pause : asked_.request.wait);
  return false;
}

// A clock that was set back must not make a wait longer than it was meant to be.
void WorkflowRun::wait_until(Nanos due_at_ns, milliseconds most) {
  const Nanos rest = std::clamp<Nanos>(due_at_ns - clock_.wall_ns(), 0, nanos(most));
  due_ = clock_.steady() + std::chrono::nanoseconds(rest);
}

bool WorkflowRun::take_signal(Turn& turn) {
  const auto at = std::ranges::find(untaken_, asked_.request.subject, &SignalRecord::name);
  if (at == untaken_.end()) return false;
  auto signal = std::move(*at);
  untaken_.erase(at);
  signal.taken = true;
  auto data = signal.data;
  turn.writes.signals.push_back(std::move(signal));
  finish_step(StepState::kCompleted, std::move(data), turn);
  return true;
}

void WorkflowRun::order_attempt(Turn& turn) {
  stop_ = std::stop_source();
  under_way_ = true;
  turn.orders.push_back({record_.run_id, activities_.find(asked_.request.subject), asked_.request.input,
                         static_cast<int>(step_.attempt), stop_.get_token()});
}

void WorkflowRun::attempt_ended(Result<Json> output, Turn& turn) {
  under_way_ = false;
  if (output)
    if (const auto bytes = json_text(*output).size(); bytes > kMaxJournaledBytes)
      output = too_large("the output of " + step_.name, bytes);
  if (output) {
    finish_step(StepState::kCompleted, std::move(output), turn);
  } else if (cancel_due_) {
    finish_step(StepState::kCancelled, in_context(std::move(output).error(), step_.name + ": cancelled"), turn);
  } else {
    const auto limits = activities_.find(asked_.request.subject)->limits();
    const auto pause = retry_pause(limits, static_cast<int>(step_.attempt), output.error());
    if (pause) return retry_later(*pause, std::move(output).error(), turn);
    finish_step(StepState::kFailed, std::move(output), turn);
  }
  settle(turn);
}

void WorkflowRun::retry_later(milliseconds pause, Error error, Turn& turn) {
  ++step_.attempt;
  step_.error = std::move(error);
  step_.due_at_ns = clock_.wall_ns() + nanos(pause);
  turn.writes.steps.push_back(step_);
  wait_until(step_.due_at_ns, pause);
}

void WorkflowRun::time_is_up(Turn& turn) {
  due_.reset();
  if (step_.kind == StepKind::kActivity) {
    step_.due_at_ns = 0;
    return order_attempt(turn);
  }
  finish_step(StepState::kCompleted, Json(nullptr), turn);
  settle(turn);
}

void WorkflowRun::receive(SignalRecord signal, Turn& turn) {
  untaken_.push_back(std::move(signal));
  const bool awaited = step_.state == StepState::kRunning && step_.kind == StepKind::kSignal && due_.has_value();
  if (awaited && take_signal(turn)) settle(turn);
}

void WorkflowRun::cancel(Turn& turn) {
  if (record_.cancel_requested) return;
  record_.cancel_requested = cancel_due_ = true;
  if (under_way_) return stop_attempt();  // its end comes as attempt_ended
  finish_step(StepState::kCancelled, cancelled_error(step_.name), turn);
  settle(turn);
}

void WorkflowRun::deliver_cancellation() {
  cancel_due_ = false;
  context_->set_cancelled();
}

void WorkflowRun::finish_step(StepState state, Result<Json> result, Turn& turn) {
  due_.reset();
  step_.state = state;
  step_.finished_at_ns = clock_.wall_ns();
  step_.due_at_ns = 0;
  step_.output = result ? *result : Json(nullptr);
  step_.error = result ? std::nullopt : std::optional(result.error());
  turn.writes.steps.push_back(step_);
  if (state == StepState::kCancelled) deliver_cancellation();
  // What an activity has just written is read by its own type; anything else is a workflow's or signal's mistake.
  if (!answer(std::move(result))) end(permanent(step_.name + ": its output is not what the workflow expects"), turn);
}

// Hands the step's result to the coroutine, which goes on to its next step or its end. False: it cannot be read.
bool WorkflowRun::answer(Result<Json> result) {
  StepWaiter* const waiter = std::exchange(asked_.waiter, nullptr);
  if (!waiter->take(std::move(result))) return false;
  waiter->next().resume();
  return true;
}

void WorkflowRun::end(Result<Json> outcome, Turn& turn) {
  if (outcome)
    if (const auto bytes = json_text(*outcome).size(); bytes > kMaxJournaledBytes)
      outcome = too_large("the outcome", bytes);
  const bool cancelled = context_ && context_->cancelled();
  record_.state = cancelled ? RunState::kCancelled : outcome ? RunState::kCompleted : RunState::kFailed;
  if (outcome)
    record_.outcome = std::move(*outcome);
  else
    record_.error = std::move(outcome).error();
  record_.finished_at_ns = clock_.wall_ns();
  body_.reset();
  turn.writes.runs.push_back(record_);
  turn.ended.push_back(record_);
}

}  // namespace oc::control_plane
