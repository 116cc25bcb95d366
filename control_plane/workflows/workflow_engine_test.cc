#include "control_plane/workflows/workflow_engine.h"

#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "control_plane/workflows/test_workflows.h"

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Workflow<EffectOutput> one_step(WorkflowContext& run, EffectInput input) {
  co_return co_await run.activity<Effect>({input.name});
}
Workflow<EffectOutput> waits_for_go(WorkflowContext& run, EffectInput input) {
  const auto heard = co_await run.signal("go", kTestPatience);
  if (!heard) co_return permanent("nobody said go");
  co_return EffectOutput{input.name + heard->value("word", std::string())};
}

TEST_F(WorkflowTest, RunsToItsEndAndIsToldInEventsAndSteps) {
  start_engine(&one_step);
  const auto run_id = start();
  const auto record = wait(run_id);
  EXPECT_EQ(record.state, RunState::kCompleted);
  EXPECT_EQ(record.outcome.dump(), R"({"done":"x"})");
  const auto all = steps(run_id);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].name, "effect_activity");
  EXPECT_EQ(all[0].input, R"({"name":"x"})");
  EXPECT_EQ(all[0].output.dump(), R"({"done":"x"})");
  EXPECT_GE(all[0].finished_at_ns, all[0].started_at_ns);
  engine_->stop();
  const auto heard = events_.heard();
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard[0].type, "workflow_started");
  EXPECT_EQ(heard[1].type, "workflow_finished");
  EXPECT_EQ(heard[1].subject, run_id);
  EXPECT_EQ(heard[1].data["state"], "completed");
}

TEST_F(WorkflowTest, ARetryableErrorIsTriedAgainAndThePermanentOneIsNot) {
  world_.behave([this](const std::string& name, const ActivityContext& context) -> Status {
    EXPECT_EQ(context.attempt, world_.count(name));
    return name == "bad" ? Status(permanent("never")) : context.attempt < 3 ? Status(retryable("not yet")) : Status();
  });
  start_engine(&one_step);
  const auto run_id = start("k", "flaky");
  EXPECT_EQ(wait(run_id).state, RunState::kCompleted);
  EXPECT_EQ(steps(run_id)[0].attempt, 3);
  const auto failed = wait(start("k", "bad"));
  EXPECT_EQ(failed.state, RunState::kFailed);
  EXPECT_EQ(failed.error->message, "never");
  EXPECT_EQ(world_.count("bad"), 1);
}

TEST_F(WorkflowTest, AttemptsEnd) {
  world_.behave([](const std::string&, const ActivityContext&) { return Status(retryable("not yet")); });
  start_engine(&one_step);
  const auto record = wait(start());
  EXPECT_EQ(record.state, RunState::kFailed);
  EXPECT_EQ(world_.count("x"), limits_.attempts);
}

Workflow<EffectOutput> looks_at_errors(WorkflowContext& run, EffectInput) {
  const auto tried = co_await run.try_activity<Effect>({"bad"});
  if (tried) co_return permanent("it should have failed");
  const auto part = co_await attempt(one_step(run, {"bad"}));
  if (part) co_return permanent("the part should have failed");
  co_return EffectOutput{tried.error().message + ", " + part.error().message};
}

TEST_F(WorkflowTest, ErrorsOfStepsAndPartsAreValues) {
  world_.behave([](const std::string&, const ActivityContext&) { return Status(permanent("never")); });
  start_engine(&looks_at_errors);
  const auto record = wait(start());
  EXPECT_EQ(record.outcome["done"], "never, never");
  EXPECT_EQ(steps(record.run_id)[1].name, "effect_activity#2");
}

TEST_F(WorkflowTest, OneRunAKeyAndTenThousandStartsJoinIt) {
  start_engine(&waits_for_go);
  std::mutex mutex;
  std::set<std::string> ids;
  int begun = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 2'500; ++n) {
        const auto started = engine_->start("test_workflow", "k", {{"name", "x"}});
        std::lock_guard lock(mutex);
        ids.insert(started->run_id);
        begun += started->joined ? 0 : 1;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ids.size(), 1u);
  EXPECT_EQ(begun, 1);
  EXPECT_TRUE(engine_->signal(*ids.begin(), "go", {{"word", "!"}}));
  EXPECT_EQ(wait(*ids.begin()).outcome["done"], "x!");
  EXPECT_NE(start(), *ids.begin()) << "an ended run is not joined";
}

TEST_F(WorkflowTest, RunsOfDifferentKeysRunAtOnce) {
  start_engine(&one_step);
  std::vector<std::string> ids;
  for (int i = 0; i < 200; ++i) ids.push_back(start("k" + std::to_string(i), "n" + std::to_string(i)));
  for (const auto& id : ids) EXPECT_EQ(wait(id).state, RunState::kCompleted);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(world_.count("n" + std::to_string(i)), 1);
  EXPECT_EQ(engine_->runs({RunState::kCompleted, "test_workflow"}, 0, 1000)->runs.size(), 200u);
}

Workflow<EffectOutput> takes_three(WorkflowContext& run, EffectInput) {
  std::string words;
  for (int i = 0; i < 3; ++i) {
    const auto heard = co_await run.signal("word", i < 2 ? milliseconds(20'000) : milliseconds(0));
    words += heard ? heard->value("text", std::string()) : "-";
  }
  co_await run.signal("end", kTestPatience);
  co_return EffectOutput{words};
}

TEST_F(WorkflowTest, SignalsAreDeliveredOnceInOrderAcrossARestart) {
  start_engine(&takes_three);
  const auto started = engine_->start_with_signal("test_workflow", "k", {{"name", ""}}, "word", {{"text", "a"}});
  ASSERT_TRUE(started);
  const auto run_id = started->run_id;
  EXPECT_TRUE(engine_->start_with_signal("test_workflow", "k", {{"name", ""}}, "word", {{"text", "b"}})->joined);
  ASSERT_TRUE(wait_for_step(run_id, "signal:end"));
  EXPECT_TRUE(engine_->signal(run_id, "word", {{"text", "late"}}));
  start_engine(&takes_three);
  EXPECT_TRUE(engine_->signal(run_id, "end", nullptr));
  EXPECT_EQ(wait(run_id).outcome["done"], "ab-");
  EXPECT_EQ(journal_->untaken_signals(run_id)->size(), 1u);
  EXPECT_THAT(engine_->signal(run_id, "word", {}).error().message, HasSubstr("has ended: completed"));
  EXPECT_THAT(engine_->signal("no-such", "word", {}).error().message, HasSubstr("no workflow run"));
}

TEST_F(WorkflowTest, ASignalThatDoesNotComeInTimeIsNone) {
  ManualClock clock(1'800'000'000'000'000'000);
  clock_ = &clock;
  start_engine(&waits_for_go);
  const auto run_id = start();
  ASSERT_TRUE(wait_for_step(run_id, "signal:go"));
  clock.advance(kTestPatience);
  EXPECT_EQ(wait(run_id).error->message, "nobody said go");
  engine_.reset();
}

TEST_F(WorkflowTest, SignalsThatNobodyTakesAreBounded) {
  start_engine(&waits_for_go);
  const auto run_id = start();
  for (std::size_t i = 0; i < kMaxUntakenSignals; ++i) ASSERT_TRUE(engine_->signal(run_id, "other", {}));
  const auto refused = engine_->signal(run_id, "other", {});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().retryable());
}

Workflow<EffectOutput> undoes(WorkflowContext& run, EffectInput input) {
  const auto done = co_await run.try_activity<Effect>({input.name});
  if (!done && run.cancelled()) co_await run.activity<Effect>({"undo"});
  if (!done) co_return std::unexpected(done.error());
  co_await run.activity<Effect>({"next"});
  co_return EffectOutput{"next"};
}

TEST_F(WorkflowTest, CancellationEndsTheStepUnderWayAndTheWorkflowUndoes) {
  world_.behave([](const std::string& name, const ActivityContext& context) {
    return name == "undo" ? Status() : until_stopped(context);
  });
  start_engine(&undoes);
  const auto run_id = start();
  ASSERT_TRUE(world_.wait_for("x"));
  EXPECT_TRUE(engine_->cancel(run_id));
  const auto record = wait(run_id);
  EXPECT_EQ(record.state, RunState::kCancelled);
  EXPECT_EQ(world_.count("x"), 1) << "what was cancelled is not tried again";
  EXPECT_EQ(world_.count("undo"), 1);
  EXPECT_EQ(steps(run_id)[0].state, StepState::kCancelled);
  EXPECT_FALSE(engine_->cancel(run_id)) << "it has ended";
}

TEST_F(WorkflowTest, WhenTheStepStillSucceedsTheNextOneIsCancelledWithoutRunning) {
  world_.behave([](const std::string& name, const ActivityContext& context) {
    if (name == "x") (void)until_stopped(context);
    return Status();
  });
  start_engine(&undoes);
  const auto run_id = start();
  ASSERT_TRUE(world_.wait_for("x"));
  EXPECT_TRUE(engine_->cancel(run_id));
  EXPECT_EQ(wait(run_id).state, RunState::kCancelled);
  EXPECT_EQ(world_.count("next"), 0);
  EXPECT_EQ(steps(run_id)[0].state, StepState::kCompleted);
  EXPECT_EQ(steps(run_id)[1].state, StepState::kCancelled);
}

Workflow<EffectOutput> sleeps_then_undoes(WorkflowContext& run, EffectInput) {
  const auto slept = co_await run.try_sleep(std::chrono::hours(1));
  co_await run.activity<Effect>({"undo"});
  co_return EffectOutput{slept ? "slept" : "woken"};
}

TEST_F(WorkflowTest, CancellationEndsWaitsAndOutlivesARestart) {
  start_engine(&sleeps_then_undoes);
  world_.behave([](const std::string&, const ActivityContext& context) { return until_stopped(context); });
  const auto run_id = start();
  ASSERT_TRUE(wait_for_step(run_id, "sleep"));
  EXPECT_TRUE(engine_->cancel(run_id));
  ASSERT_TRUE(world_.wait_for("undo"));
  engine_->stop();
  world_.behave({});
  start_engine(&sleeps_then_undoes);
  const auto record = wait(run_id);
  EXPECT_EQ(record.state, RunState::kCancelled);
  EXPECT_EQ(record.outcome["done"], "woken");
}

TEST_F(WorkflowTest, WrongStartsAreToldWhatIsWrong) {
  start_engine(&one_step);
  EXPECT_EQ(engine_->start("test_workflw", "k", {}).error().next_step, "did you mean 'test_workflow'?");
  EXPECT_EQ(engine_->start("test_workflow", "k", {{"nme", 1}}).error().message, "nme: no such member");
  EXPECT_THAT(engine_->start("test_workflow", "k", {{"name", std::string(kMaxJournaledBytes, 'x')}}).error().message,
              HasSubstr("the journal takes"));
  EXPECT_FALSE(engine_->register_workflow("test_workflow", 1, &one_step));
}

Workflow<EffectOutput> asks_for_much(WorkflowContext& run, EffectInput) {
  co_return co_await run.activity<Effect>({std::string(kMaxJournaledBytes, 'x')});
}
Workflow<EffectOutput> never_ends(WorkflowContext& run, EffectInput) {
  while (true) co_await run.sleep(milliseconds(0));
  co_return EffectOutput{};
}
Workflow<EffectOutput> throws(WorkflowContext&, EffectInput input) {
  if (!input.name.empty()) throw std::runtime_error("oops");
  co_return EffectOutput{};
}

TEST_F(WorkflowTest, LimitsOfStepsEndTheRunWithAReason) {
  start_engine(&asks_for_much);
  EXPECT_THAT(wait(start()).error->next_step, HasSubstr("carry an id"));
  EXPECT_TRUE(world_.counts().empty());
  start_engine(&never_ends);
  EXPECT_THAT(wait(start()).error->message, HasSubstr("more than 10000 steps"));
  start_engine(&throws);
  EXPECT_EQ(wait(start()).error->message, "unexpected: oops");
}

TEST_F(WorkflowTest, WhileTheJournalCannotBeWrittenNothingHappensAndAfterwardsItGoesOn) {
  FailingJournal journal(*journal_, 1);
  start_engine(&one_step, 1, &journal);
  const auto run_id = start();  // the one write; that of its first step fails
  ASSERT_TRUE(journal.wait_until_failed());
  const auto refused = engine_->start("test_workflow", "other", {{"name", "y"}});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().retryable());
  EXPECT_EQ(world_.count("x"), 0) << "no activity runs before its step is in the journal";
  journal.set_left(1'000'000);
  EXPECT_EQ(wait(run_id).state, RunState::kCompleted);
  engine_.reset();
}

}  // namespace
}  // namespace oc::control_plane
