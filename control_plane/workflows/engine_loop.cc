#include "control_plane/workflows/engine_loop.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/log.h"

namespace oc::control_plane {

namespace {

using std::chrono::milliseconds;

// While a timer runs: a machine that slept, or a clock that was set, is noticed after this.
constexpr milliseconds kLongestWait{500};
constexpr milliseconds kFirstWritePause{50};
constexpr milliseconds kLongestWritePause{2'000};

NewEvent event_of(const char* type, const RunRecord& run) {
  Json data = {{"workflow", run.workflow}, {"key", run.key}, {"state", to_string(run.state)}};
  if (run.error) data["error"] = run.error->text();
  return {type, run.run_id, std::move(data)};
}

}  // namespace

struct WorkflowEngine::Loop::Intake {
  struct Answer {
    std::promise<Result<StartedRun>> promise;
    Result<StartedRun> result;
  };
  JournalWrites writes;
  std::vector<Answer> starts;
  std::vector<std::promise<Status>> accepted;
  std::set<std::string> begun;  // run ids
  std::vector<std::string> cancelled;
  std::map<std::string, std::size_t> signals;  // how many, by run id
};

WorkflowEngine::Loop::Loop(const Parts& parts)
    : parts_(parts),
      running_gauge_(parts.metrics.gauge("onecollector_workflow_runs_running", "Workflow runs that have not ended")) {}

Status WorkflowEngine::Loop::add(WorkflowDefinition definition) {
  auto name = definition.name;
  if (!definitions_.emplace(name, std::move(definition)).second)
    return permanent(fmt::format("two workflows are called \"{}\"", name));
  return {};
}

Status WorkflowEngine::Loop::resume() {
  OC_TRY_ASSIGN(auto records, parts_.journal.running());
  Turn turn;
  for (auto& record : records) OC_TRY(load(std::move(record), turn));
  if (!turn.writes.empty()) OC_TRY(parts_.journal.write(turn.writes));
  pool_ = std::make_unique<ActivityPool>(parts_.runner, kActivityThreads, kMaxRunningRuns,
                                         [this](std::string run_id, Result<Json> output) {
                                           std::lock_guard lock(mutex_);
                                           inbox_.ended.push_back({std::move(run_id), std::move(output)});
                                           changed_.notify_one();
                                         });
  act(turn);
  {
    std::lock_guard lock(mutex_);
    accepting_ = true;
  }
  thread_ = std::thread([this] { run(); });
  return {};
}

Status WorkflowEngine::Loop::load(RunRecord record, Turn& turn) {
  const auto run_id = record.run_id;
  const auto definition = definitions_.find(record.workflow);
  if (definition == definitions_.end()) {
    record.state = RunState::kFailed;
    record.error = Error{Error::Kind::kPermanent, "this version knows no workflow of that name", {}};
    record.finished_at_ns = parts_.clock.wall_ns();
    turn.writes.runs.push_back(std::move(record));
    return {};
  }
  OC_TRY_ASSIGN(auto steps, parts_.journal.steps(run_id));
  std::erase_if(steps, [&](const StepRecord& step) { return step.epoch != record.epoch; });
  OC_TRY_ASSIGN(auto signals, parts_.journal.untaken_signals(run_id));
  if (!record.key.empty()) running_keys_[{record.workflow, record.key}] = run_id;
  auto& run = runs_[run_id];
  run = std::make_unique<WorkflowRun>(definition->second, parts_.activities, parts_.clock, std::move(record),
                                      std::move(steps), std::move(signals));
  run->begin(turn);
  set_timer(*run);
  return {};
}

void WorkflowEngine::Loop::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    accepting_ = false;
    inbox_.refuse({Error::Kind::kRetryable, "the control plane stops", "try again in a moment"});
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  pool_.reset();
  runs_.clear();
  std::lock_guard lock(ended_mutex_);
  over_ = true;
  ended_changed_.notify_all();
}

void WorkflowEngine::Loop::run() {
  bool told_to_stop = false;
  while (true) {
    auto inbox = wait_for_work();
    Turn turn;
    serve(inbox, turn);
    for (auto& ended : inbox.ended) attempt_ended(ended, turn);
    {
      std::lock_guard lock(mutex_);
      told_to_stop = stopping_;
    }
    if (!told_to_stop) fire_timers(turn);
    if (!commit(turn)) return stop_attempts();
    if (told_to_stop) {
      stop_attempts();
      turn.orders.clear();  // the next start gives them again
    }
    act(turn);
    if (told_to_stop && attempts_under_way_ == 0) return;
  }
}

EngineInbox WorkflowEngine::Loop::wait_for_work() {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return !inbox_.empty() || stopping_; };
  if (attempts_stopped_)
    changed_.wait(lock, [this] { return !inbox_.empty(); });
  else if (timers_.empty())
    changed_.wait(lock, ready);
  else
    changed_.wait_for(lock, until_next_timer(), ready);
  return std::exchange(inbox_, {});
}

std::chrono::nanoseconds WorkflowEngine::Loop::until_next_timer() const {
  const auto rest = timers_.begin()->first - parts_.clock.steady();
  return std::clamp<std::chrono::nanoseconds>(rest, std::chrono::nanoseconds(0), kLongestWait);
}

WorkflowRun* WorkflowEngine::Loop::running(const std::string& run_id) {
  const auto at = runs_.find(run_id);
  return at != runs_.end() && at->second->record().state == RunState::kRunning ? at->second.get() : nullptr;
}

// Requests are in the journal before they have any effect, all of this turn in one write.
void WorkflowEngine::Loop::serve(EngineInbox& inbox, Turn& turn) {
  if (!inbox.has_requests()) return;
  Intake intake;
  for (auto& request : inbox.starts) take_in(request, intake);
  const auto answer = [&](std::promise<Status>& promise, const Status& status) {
    if (status)
      intake.accepted.push_back(std::move(promise));
    else
      promise.set_value(status);
  };
  for (auto& request : inbox.signals)
    answer(request.answer, take_in_signal(request.run_id, request.name, std::move(request.data), intake));
  for (auto& request : inbox.cancels) answer(request.answer, take_in_cancel(request.run_id, intake));
  const auto written = intake.writes.empty() ? Status() : parts_.journal.write(intake.writes);
  if (written) {
    enter(intake, turn);
  } else {
    std::erase_if(running_keys_, [&](const auto& entry) { return intake.begun.contains(entry.second); });
  }
  for (auto& start : intake.starts)
    start.promise.set_value(written || !start.result ? start.result : std::unexpected(written.error()));
  for (auto& promise : intake.accepted) promise.set_value(written);
}

void WorkflowEngine::Loop::take_in(StartRequest& request, Intake& intake) {
  auto started = begin_or_join(request, intake);
  if (started && request.signal)
    if (const auto taken = take_in_signal(started->run_id, request.signal->first, request.signal->second, intake);
        !taken)
      started = std::unexpected(taken.error());
  intake.starts.push_back({std::move(request.answer), std::move(started)});
}

Result<StartedRun> WorkflowEngine::Loop::begin_or_join(const StartRequest& request, Intake& intake) {
  const Key key{request.workflow, request.key};
  if (const auto at = running_keys_.find(key); at != running_keys_.end()) return StartedRun{at->second, true};
  if (runs_.size() + intake.begun.size() >= kMaxRunningRuns)
    return retryable(fmt::format("{} workflow runs are running", kMaxRunningRuns), "wait until some have ended");
  RunRecord record;
  record.run_id = random_uuid();
  record.workflow = request.workflow;
  record.definition_version = definitions_.at(request.workflow).version;
  record.key = request.key.empty() ? record.run_id : request.key;
  record.input = request.input;
  record.started_at_ns = parts_.clock.wall_ns();
  running_keys_[{record.workflow, record.key}] = record.run_id;
  intake.begun.insert(record.run_id);
  intake.writes.runs.push_back(record);
  return StartedRun{record.run_id, false};
}

Status WorkflowEngine::Loop::take_in_signal(const std::string& run_id, const std::string& name, Json data,
                                            Intake& intake) {
  const auto* run = running(run_id);
  if (run == nullptr && !intake.begun.contains(run_id)) return std::unexpected(not_running(run_id));
  auto& count = intake.signals[run_id];
  if ((run == nullptr ? 0 : run->untaken_signals()) + count >= kMaxUntakenSignals)
    return retryable(fmt::format("run {} has {} signals that it has not taken", run_id, kMaxUntakenSignals),
                     "wait until it has taken some");
  ++count;
  if (data.is_null()) data = Json::object();
  intake.writes.signals.push_back({random_uuid(), run_id, name, std::move(data), parts_.clock.wall_ns(), false});
  return {};
}

Status WorkflowEngine::Loop::take_in_cancel(const std::string& run_id, Intake& intake) {
  const auto* run = running(run_id);
  if (run == nullptr) return std::unexpected(not_running(run_id));
  auto record = run->record();
  record.cancel_requested = true;
  intake.writes.runs.push_back(std::move(record));
  intake.cancelled.push_back(run_id);
  return {};
}

Error WorkflowEngine::Loop::not_running(const std::string& run_id) {
  const auto known = parts_.journal.find_run(run_id);
  if (known && *known)
    return {Error::Kind::kPermanent, fmt::format("run {} has ended: {}", run_id, to_string((*known)->state)), {}};
  return {Error::Kind::kPermanent, fmt::format("no workflow run has the id \"{}\"", run_id),
          "`onecollector workflows` lists them"};
}

void WorkflowEngine::Loop::enter(Intake& intake, Turn& turn) {
  for (auto& record : intake.writes.runs) {
    if (!intake.begun.contains(record.run_id)) continue;
    started_.push_back(event_of("workflow_started", record));
    const auto& definition = definitions_.at(record.workflow);
    auto& run = runs_[record.run_id];
    run = std::make_unique<WorkflowRun>(definition, parts_.activities, parts_.clock, std::move(record),
                                        std::vector<StepRecord>(), std::vector<SignalRecord>());
    run->begin(turn);
    set_timer(*run);
  }
  for (auto& signal : intake.writes.signals) {
    const auto run_id = signal.run_id;
    if (auto* run = running(run_id)) {
      run->receive(std::move(signal), turn);
      set_timer(*run);
    }
  }
  for (const auto& run_id : intake.cancelled) {
    if (auto* run = running(run_id)) {
      run->cancel(turn);
      set_timer(*run);
    }
  }
}

// While stopping, an attempt that was cut short is as if it had not begun: it runs again at the next start.
void WorkflowEngine::Loop::attempt_ended(AttemptEnded& ended, Turn& turn) {
  --attempts_under_way_;
  auto* run = running(ended.run_id);
  if (run == nullptr) return;
  {
    std::lock_guard lock(mutex_);
    if (stopping_ && !ended.output) return;
  }
  parts_.metrics
      .counter("onecollector_workflow_attempts_total", "Attempts of activities that workflows made, by how they ended",
               {{"result", ended.output                       ? "completed"
                           : ended.output.error().retryable() ? "retryable"
                                                              : "permanent"}})
      ->add();
  run->attempt_ended(std::move(ended.output), turn);
  set_timer(*run);
}

void WorkflowEngine::Loop::fire_timers(Turn& turn) {
  const auto now = parts_.clock.steady();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto run_id = timers_.begin()->second;
    timers_.erase(timers_.begin());
    timer_of_.erase(run_id);
    if (auto* run = running(run_id)) {
      run->time_is_up(turn);
      set_timer(*run);
    }
  }
}

void WorkflowEngine::Loop::set_timer(const WorkflowRun& run) {
  const auto& run_id = run.record().run_id;
  if (const auto at = timer_of_.find(run_id); at != timer_of_.end()) {
    timers_.erase({at->second, run_id});
    timer_of_.erase(at);
  }
  const auto due = run.due();
  if (!due || run.record().state != RunState::kRunning) return;
  timers_.emplace(*due, run_id);
  timer_of_[run_id] = *due;
}

// Until the journal takes it: memory is ahead of the disk, and nothing may follow from it before. Meanwhile whoever
// asks is told. False: the engine stops, and what was not written never happened.
bool WorkflowEngine::Loop::commit(const Turn& turn) {
  if (turn.writes.empty()) return true;
  auto pause = kFirstWritePause;
  auto written = parts_.journal.write(turn.writes);
  if (!written) log::error("workflows wait for their journal: {}", written.error().text());
  while (!written) {
    {
      std::unique_lock lock(mutex_);
      inbox_.refuse(written.error());
      if (changed_.wait_for(lock, pause, [this] { return stopping_; })) return false;
    }
    pause = std::min(pause * 2, kLongestWritePause);
    written = parts_.journal.write(turn.writes);
    if (written) log::info("the workflows' journal can be written again");
  }
  return true;
}

void WorkflowEngine::Loop::act(Turn& turn) {
  attempts_under_way_ += turn.orders.size();
  for (auto& order : turn.orders) pool_->order(std::move(order));
  auto events = std::exchange(started_, {});
  for (const auto& record : turn.ended) {
    events.push_back(event_of("workflow_finished", record));
    parts_.metrics
        .counter("onecollector_workflow_runs_total", "Workflow runs that ended, by how",
                 {{"workflow", record.workflow}, {"state", std::string(to_string(record.state))}})
        ->add();
    running_keys_.erase({record.workflow, record.key});
    runs_.erase(record.run_id);
  }
  running_gauge_->set(static_cast<double>(runs_.size()));
  if (!turn.ended.empty()) {
    std::lock_guard lock(ended_mutex_);
    ++ended_count_;
    ended_changed_.notify_all();
  }
  publish(std::move(events));
}

void WorkflowEngine::Loop::publish(std::vector<NewEvent> events) {
  if (parts_.events == nullptr || events.empty()) return;
  if (const auto published = parts_.events->publish(std::move(events)); !published)
    log::warn("workflow events are not published: {}", published.error().text());
}

void WorkflowEngine::Loop::stop_attempts() {
  attempts_stopped_ = true;
  for (const auto& [run_id, run] : runs_) run->stop_attempt();
}

Result<RunRecord> WorkflowEngine::Loop::wait(const std::string& run_id, milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    std::uint64_t seen = 0;
    {
      std::lock_guard lock(ended_mutex_);
      seen = ended_count_;
    }
    OC_TRY_ASSIGN(auto record, parts_.journal.find_run(run_id));
    if (!record) return std::unexpected(not_running(run_id));
    if (record->state != RunState::kRunning) return *std::move(record);
    std::unique_lock lock(ended_mutex_);
    const bool changed = ended_changed_.wait_until(lock, deadline, [&] { return over_ || ended_count_ != seen; });
    if (over_ || !changed) return *std::move(record);
  }
}

}  // namespace oc::control_plane
