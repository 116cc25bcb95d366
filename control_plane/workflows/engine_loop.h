// The thread behind WorkflowEngine. A turn: take what came, write what is asked for, tell the runs, write what they
// decided, and only then start attempts, answer, and tell the world.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

#include "control_plane/workflows/activity_pool.h"
#include "control_plane/workflows/engine_requests.h"
#include "control_plane/workflows/workflow_run.h"

namespace oc::control_plane {

class WorkflowEngine::Loop {
 public:
  explicit Loop(const Parts& parts);
  ~Loop() { stop(); }

  Status add(WorkflowDefinition definition);
  Status resume();
  void stop();

  // From any thread: false once the engine stops (the request is then refused already).
  template <typename Request>
  void post(std::vector<Request> EngineInbox::* list, Request request);
  Result<RunRecord> wait(const std::string& run_id, std::chrono::milliseconds timeout);

  const Parts& parts() const { return parts_; }
  const std::map<std::string, WorkflowDefinition>& definitions() const { return definitions_; }

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Key = std::pair<std::string, std::string>;  // workflow, key
  using Runs = std::unordered_map<std::string, std::unique_ptr<WorkflowRun>>;
  struct Intake;  // requests of a turn on their way into the journal

  Status load(RunRecord record, Turn& turn);
  void run();
  EngineInbox wait_for_work();
  std::chrono::nanoseconds until_next_timer() const;

  void serve(EngineInbox& inbox, Turn& turn);
  void take_in(StartRequest& request, Intake& intake);
  Result<StartedRun> begin_or_join(const StartRequest& request, Intake& intake);
  Status take_in_signal(const std::string& run_id, const std::string& name, Json data, Intake& intake);
  Status take_in_cancel(const std::string& run_id, Intake& intake);
  Error not_running(const std::string& run_id);
  void enter(Intake& intake, Turn& turn);

  void attempt_ended(AttemptEnded& ended, Turn& turn);
  void fire_timers(Turn& turn);
  void set_timer(const WorkflowRun& run);
  bool commit(const Turn& turn);
  void act(Turn& turn);
  void stop_attempts();
  void publish(std::vector<NewEvent> events);
  WorkflowRun* running(const std::string& run_id);

  const Parts parts_;
  std::map<std::string, WorkflowDefinition> definitions_;
  Runs runs_;
  std::map<Key, std::string> running_keys_;
  std::set<std::pair<Time, std::string>> timers_;
  std::unordered_map<std::string, Time> timer_of_;
  std::size_t attempts_under_way_ = 0;
  bool attempts_stopped_ = false;
  std::vector<NewEvent> started_;  // events of this turn
  std::shared_ptr<Gauge> running_gauge_;

  std::mutex mutex_;
  std::condition_variable changed_;
  EngineInbox inbox_;
  bool stopping_ = false;
  bool accepting_ = false;

  std::mutex ended_mutex_;
  std::condition_variable ended_changed_;
  std::uint64_t ended_count_ = 0;
  bool over_ = false;  // nothing ends here any more

  std::unique_ptr<ActivityPool> pool_;
  std::thread thread_;
};

template <typename Request>
void WorkflowEngine::Loop::post(std::vector<Request> EngineInbox::* list, Request request) {
  {
    std::lock_guard lock(mutex_);
    if (accepting_) {
      (inbox_.*list).push_back(std::move(request));
      changed_.notify_one();
      return;
    }
  }
  EngineInbox refused;
  (refused.*list).push_back(std::move(request));
  refused.refuse({Error::Kind::kRetryable, "the workflow engine does not run", "try again in a moment"});
}

}  // namespace oc::control_plane
