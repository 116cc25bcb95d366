// Killed anywhere, it goes on: the guarantees of replay, one crash at a time.
#include <set>

#include <gmock/gmock.h>

#include "control_plane/workflows/test_workflows.h"

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

Workflow<EffectOutput> part(WorkflowContext& run, std::string name) {
  auto first = co_await run.activity<Effect>({name + "-1"});
  auto second = co_await run.activity<Effect>({name + "-2"});
  co_return EffectOutput{first.done + "+" + second.done};
}

// Every kind of step, a part of its own, and an activity that is tried again.
Workflow<EffectOutput> all_kinds(WorkflowContext& run, EffectInput input) {
  auto first = co_await run.activity<Effect>({input.name + "-first"});
  co_await run.sleep(milliseconds(1));
  auto both = co_await part(run, "part");
  auto heard = co_await run.signal("hello", milliseconds(0));
  auto flaky = co_await run.try_activity<Effect>({"flaky"}, "the flaky one");
  auto last = co_await run.activity<Effect>({heard ? "heard" : "not-heard"});
  co_return EffectOutput{first.done + " " + both.done + " " + (flaky ? flaky->done : "failed") + " " + last.done};
}

std::set<std::string> finished_names(const std::vector<StepRecord>& steps) {
  std::set<std::string> names;
  for (const auto& step : steps) {
    if (step.kind != StepKind::kActivity || step.state != StepState::kCompleted) continue;
    names.insert(step.output["done"].get<std::string>());
  }
  return names;
}

class ReplayTest : public WorkflowTest {
 protected:
  // False: the run ended before the crash.
  bool crash_after(int writes) {
    world_.behave([this](const std::string& name, const ActivityContext&) -> Status {
      if (name == "flaky" && world_.count(name) == 1) return retryable("not yet");
      return {};
    });
    FailingJournal journal(*journal_, writes);
    start_engine(&all_kinds, 1, &journal);
    const auto started = engine_->start("test_workflow", "k", {{"name", "x"}});
    if (started) {
      const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
      while (!journal.failed() && engine_->wait(started->run_id, milliseconds(1))->state == RunState::kRunning &&
             std::chrono::steady_clock::now() < deadline) {
      }
    }
    engine_.reset();
    return journal.failed();
  }
};

TEST_F(ReplayTest, CutAfterEachWriteItEndsAllTheSameAndNoFinishedStepRunsTwice) {
  int writes = 0;
  for (; crash_after(writes); ++writes) {
    SCOPED_TRACE(writes);
    const auto running = journal_->running().value();
    const auto before = world_.counts();
    const auto finished = running.empty() ? std::set<std::string>() : finished_names(steps(running[0].run_id));
    start_engine(&all_kinds);
    const auto record = wait(running.empty() ? start() : running[0].run_id);
    EXPECT_EQ(record.state, RunState::kCompleted) << (record.error ? record.error->text() : "");
    EXPECT_EQ(record.outcome["done"], "x-first part-1+part-2 flaky not-heard");
    EXPECT_EQ(record.epoch, 1);
    for (const auto* name : {"x-first", "part-1", "part-2", "flaky", "not-heard"}) EXPECT_GE(world_.count(name), 1);
    for (const auto& name : finished) EXPECT_EQ(world_.count(name), before.at(name)) << name << " ran again";
    engine_.reset();
    std::lock_guard lock(world_.mutex);
    world_.effects.clear();
  }
  EXPECT_GT(writes, 8) << "one write a step, at least";
}

Workflow<EffectOutput> two_steps(WorkflowContext& run, EffectInput input) {
  co_await run.activity<Effect>({"one"});
  co_await run.signal("go", kTestPatience);
  co_return co_await run.activity<Effect>({input.name});
}
Workflow<EffectOutput> other_steps(WorkflowContext& run, EffectInput input) {
  co_await run.activity<Effect>({"another"});
  co_return co_await run.activity<Effect>({input.name});
}
Workflow<EffectOutput> no_steps(WorkflowContext&, EffectInput input) { co_return EffectOutput{input.name}; }

class ChangedDefinitionTest : public WorkflowTest {
 protected:
  std::string cut_in_the_middle() {
    start_engine(&two_steps);
    auto run_id = start();
    EXPECT_TRUE(wait_for_step(run_id, "signal:go"));
    engine_.reset();
    return run_id;
  }
};

TEST_F(ChangedDefinitionTest, AnotherVersionBeginsAgainFromObservation) {
  const auto run_id = cut_in_the_middle();
  start_engine(&two_steps, 2);
  ASSERT_TRUE(wait_for_step(run_id, "signal:go"));
  EXPECT_TRUE(engine_->signal(run_id, "go", {}));
  const auto record = wait(run_id);
  EXPECT_EQ(record.state, RunState::kCompleted);
  EXPECT_EQ(record.epoch, 2);
  EXPECT_EQ(record.definition_version, 2);
  EXPECT_EQ(world_.count("one"), 2) << "every step runs again";
  std::vector<std::int64_t> epochs;
  for (const auto& step : steps(run_id)) epochs.push_back(step.epoch);
  EXPECT_THAT(epochs, ElementsAre(1, 1, 2, 2, 2)) << "what was journaled stays for people";
}

TEST_F(ChangedDefinitionTest, OtherStepsUnderTheSameVersionAreNoticed) {
  const auto run_id = cut_in_the_middle();
  start_engine(&other_steps);
  const auto record = wait(run_id);
  EXPECT_EQ(record.outcome["done"], "x");
  EXPECT_EQ(record.epoch, 2);
  EXPECT_EQ(world_.count("another"), 1) << "the output of another input is never taken";
}

TEST_F(ChangedDefinitionTest, FewerStepsAreNoticed) {
  const auto run_id = cut_in_the_middle();
  start_engine(&no_steps);
  EXPECT_EQ(wait(run_id).epoch, 2);
}

TEST_F(ChangedDefinitionTest, AWorkflowThatIsGoneEndsWithAReason) {
  const auto run_id = cut_in_the_middle();
  WorkflowEngine engine({*journal_, activities_, runner_, nullptr, metrics_});
  ASSERT_TRUE(engine.resume());
  const auto record = engine.wait(run_id, milliseconds(0));
  EXPECT_EQ(record->state, RunState::kFailed);
  EXPECT_EQ(record->error->message, "this version knows no workflow of that name");
}

Workflow<EffectOutput> sleeper(WorkflowContext& run, EffectInput input) {
  co_await run.sleep(std::chrono::hours(1));
  co_return EffectOutput{input.name};
}

TEST_F(WorkflowTest, AfterARestartOnlyTheRestOfATimerIsWaited) {
  ManualClock clock(1'800'000'000'000'000'000);
  clock_ = &clock;
  start_engine(&sleeper);
  const auto run_id = start();
  EXPECT_TRUE(wait_for_step(run_id, "sleep"));
  engine_.reset();
  clock.advance(std::chrono::minutes(59));
  start_engine(&sleeper);
  EXPECT_EQ(engine_->wait(run_id, milliseconds(0))->state, RunState::kRunning);
  clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(wait(run_id).state, RunState::kCompleted);
  engine_.reset();
}

TEST_F(WorkflowTest, ACleanStopLeavesRunsRunningAndTheyGoOn) {
  world_.behave([](const std::string&, const ActivityContext& context) { return until_stopped(context); });
  start_engine(&two_steps);
  const auto run_id = start();
  ASSERT_TRUE(world_.wait_for("one"));
  engine_->stop();
  EXPECT_EQ(journal_->find_run(run_id).value()->state, RunState::kRunning);
  EXPECT_EQ(steps(run_id)[0].attempt, 1) << "a stop is no failed attempt";
  EXPECT_FALSE(engine_->start("test_workflow", "other", {{"name", "x"}}));
  world_.behave({});
  start_engine(&two_steps);
  ASSERT_TRUE(wait_for_step(run_id, "signal:go"));
  EXPECT_TRUE(engine_->signal(run_id, "go", {}));
  EXPECT_EQ(wait(run_id).state, RunState::kCompleted);
}

}  // namespace
}  // namespace oc::control_plane
