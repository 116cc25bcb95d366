// What tests of the engine share: an activity whose effects are counted, a journal that can lose its disk, and an
// engine that can be killed and started again over the same file.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "control_plane/activities/typed_activity.h"
#include "control_plane/registry/sqlite_registry.h"
#include "control_plane/workflows/sqlite_workflow_journal.h"
#include "control_plane/workflows/workflow_engine.h"

namespace oc::control_plane {

inline constexpr std::chrono::seconds kTestPatience{20};

struct EffectInput {
  std::string name;
  static constexpr auto fields() { return std::tuple(contracts::required("name", &EffectInput::name, "What is done")); }
};
struct EffectOutput {
  std::string done;
  static constexpr auto fields() { return std::tuple(contracts::required("done", &EffectOutput::done, "The same")); }
};

// The outside world: how often each thing was done, and how doing it goes.
struct World {
  using Behaviour = std::function<Status(const std::string& name, const ActivityContext&)>;

  Status act(const std::string& name, const ActivityContext& context) {
    Behaviour now;
    {
      std::lock_guard lock(mutex);
      ++effects[name];
      now = behaviour;
      changed.notify_all();
    }
    return now ? now(name, context) : Status();
  }
  int count(const std::string& name) {
    std::lock_guard lock(mutex);
    return effects[name];
  }
  bool wait_for(const std::string& name, int times = 1) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, kTestPatience, [&] { return effects[name] >= times; });
  }
  void behave(Behaviour how) {
    std::lock_guard lock(mutex);
    behaviour = std::move(how);
  }
  std::map<std::string, int> counts() {
    std::lock_guard lock(mutex);
    return effects;
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, int> effects;
  Behaviour behaviour;
};

class Effect final : public TypedActivity<Effect, EffectInput, EffectOutput> {
 public:
  static constexpr std::string_view kName = "effect_activity";
  static constexpr std::string_view kDescription = "Does something that can be counted";
  Effect(World& world, const ActivityLimits& limits) : world_(world), limits_(limits) {}
  ActivityLimits limits() const override { return limits_; }
  Result<EffectOutput> execute(const EffectInput& input, const ActivityContext& context) override {
    OC_TRY(world_.act(input.name, context));
    return EffectOutput{input.name};
  }

 private:
  World& world_;
  const ActivityLimits limits_;
};

// Blocks until it is told to end.
inline Status until_stopped(const ActivityContext& context) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, context.cancelled, [] { return false; });
  return retryable("stopped");
}

// After `left` writes nothing is written any more, as after kill -9 or a full disk, until it is `repaired`.
class FailingJournal final : public WorkflowJournal {
 public:
  FailingJournal(WorkflowJournal& journal, int left) : journal_(journal), left_(left) {}
  Status write(const JournalWrites& writes) override {
    {
      std::lock_guard lock(mutex_);
      if (left_ == 0) {
        failed_ = true;
        changed_.notify_all();
        return retryable("disk is gone");
      }
      --left_;
    }
    return journal_.write(writes);
  }
  bool failed() {
    std::lock_guard lock(mutex_);
    return failed_;
  }
  void set_left(int left) {
    std::lock_guard lock(mutex_);
    left_ = left;
  }
  bool wait_until_failed() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kTestPatience, [&] { return failed_; });
  }
  Result<std::vector<RunRecord>> running() override { return journal_.running(); }
  Result<std::optional<RunRecord>> find_run(const std::string& run_id) override { return journal_.find_run(run_id); }
  Result<std::vector<RunRecord>> look_up(const std::string& prefix, std::size_t limit) override {
    return journal_.look_up(prefix, limit);
  }
  Result<RunPage> runs(const RunFilter& filter, std::int64_t before, std::size_t limit) override {
    return journal_.runs(filter, before, limit);
  }
  Result<std::vector<StepRecord>> steps(const std::string& run_id) override { return journal_.steps(run_id); }
  Result<std::vector<SignalRecord>> untaken_signals(const std::string& run_id) override {
    return journal_.untaken_signals(run_id);
  }

 private:
  WorkflowJournal& journal_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int left_;
  bool failed_ = false;
};

class HeardEvents final : public EventBus {
 public:
  Status publish(std::vector<NewEvent> events) override {
    std::lock_guard lock(mutex_);
    for (auto& event : events) events_.push_back(std::move(event));
    return {};
  }
  Result<std::vector<Event>> read(std::int64_t, std::size_t, const std::vector<std::string>&) override { return {}; }
  std::int64_t newest() const override { return 0; }
  bool wait(std::int64_t, std::chrono::milliseconds, std::stop_token) override { return false; }
  Result<std::int64_t> position(const std::string&) override { return 0; }
  Status advance(const std::string&, std::int64_t) override { return {}; }
  std::vector<NewEvent> heard() {
    std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  std::mutex mutex_;
  std::vector<NewEvent> events_;
};

class WorkflowTest : public testing::Test {
 protected:
  WorkflowTest() {
    auto opened = SqliteRegistry::open(folder_ / "control-plane.db");
    EXPECT_TRUE(opened) << opened.error().text();
    registry_.emplace(std::move(*opened));
    journal_.emplace(registry_->connections());
    EXPECT_TRUE(activities_.add(std::make_unique<Effect>(world_, limits_)));
  }

  template <typename Out, typename In>
  void start_engine(Workflow<Out> (*function)(WorkflowContext&, In), std::int64_t version = 1,
                    WorkflowJournal* journal = nullptr) {
    engine_.reset();
    engine_ = std::make_unique<WorkflowEngine>(
        WorkflowEngine::Parts{journal ? *journal : *journal_, activities_, runner_, &events_, metrics_, *clock_});
    ASSERT_TRUE(engine_->register_workflow("test_workflow", version, function));
    const auto resumed = engine_->resume();
    ASSERT_TRUE(resumed) << resumed.error().text();
  }
  std::string start(const std::string& key = "k", const std::string& name = "x") {
    const auto started = engine_->start("test_workflow", key, {{"name", name}});
    EXPECT_TRUE(started) << started.error().text();
    return started ? started->run_id : "";
  }
  RunRecord wait(const std::string& run_id) {
    const auto record = engine_->wait(run_id, kTestPatience);
    EXPECT_TRUE(record) << record.error().text();
    return record.value_or(RunRecord{});
  }
  std::vector<StepRecord> steps(const std::string& run_id) { return journal_->steps(run_id).value(); }
  // Until the run waits in a step of this kind and name.
  bool wait_for_step(const std::string& run_id, const std::string& name) {
    const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto all = steps(run_id);
      if (!all.empty() && all.back().name == name && all.back().state == StepState::kRunning) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  TemporaryDirectory folder_;
  World world_;
  ActivityLimits limits_{std::chrono::seconds(20), 4, std::chrono::milliseconds(1), std::chrono::milliseconds(4)};
  const Clock* clock_ = &system_clock();
  std::optional<SqliteRegistry> registry_;
  std::optional<SqliteWorkflowJournal> journal_;
  ActivityList activities_;
  ActivityRunner runner_;
  HeardEvents events_;
  MetricRegistry metrics_;
  std::unique_ptr<WorkflowEngine> engine_;
};

}  // namespace oc::control_plane
