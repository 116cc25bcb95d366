// When runs of the reload workflow begin: over the real generator and registry, with a workflow that only tells that it
// ran and leaves behind what a good one leaves.
#include "control_plane/workflows/reload_scheduler.h"

#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "control_plane/config_builder/test_collector.h"
#include "control_plane/registry/log_source_registry.h"
#include "control_plane/registry/test_sources.h"
#include "control_plane/workflows/test_workflows.h"

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;

// Done once for each run: "AGENT@POLICY".
Workflow<ReloadOutcome> tell(WorkflowContext& run, ConfigChange change) {
  co_await run.activity<Effect>({fmt::format("{}@{}", change.agent_id, change.policy_version)});
  co_return ReloadOutcome{"promoted", 1, 1, ""};
}

class ReloadSchedulerTest : public WorkflowTest {
 protected:
  ReloadSchedulerTest() {
    write_test_collector(folder_ / "collector", collector_that_refuses("nothing of the kind"));
    validator_.emplace(*ConfigValidator::create({folder_ / "collector", folder_ / "validate"}));
    compiler_.emplace(builder_, *validator_);
    generator_.emplace(ConfigGenerator::Parts{registry_->sources(), registry_->configs(), registry_->policies(),
                                              builder_, *compiler_, fleet_, metrics_});
    engine_ = std::make_unique<WorkflowEngine>(
        WorkflowEngine::Parts{*journal_, activities_, runner_, &events_, metrics_, *clock_});
    EXPECT_TRUE(engine_->register_workflow(std::string(kReloadWorkflow), kReloadDefinition, &tell));
    EXPECT_TRUE(engine_->resume());
  }
  ~ReloadSchedulerTest() override {
    scheduler_.reset();
    engine_.reset();
  }
  void begin(const ReloadTimes& times) {
    scheduler_.emplace(ReloadScheduler::Parts{*engine_, *generator_, registry_->configs(), registry_->policies(),
                                              fleet_, board_, metrics_, times});
    scheduler_->start();
  }
  // Nothing but events: no round, and waves as fast as they can be seen.
  static ReloadTimes by_events() {
    return {.coalesce = milliseconds(20), .reconcile = std::chrono::hours(1), .wave = milliseconds(5)};
  }
  void connect(const std::string& agent_id, ConfigState state = ConfigState::kApplied, bool connected = true) {
    AgentFacts agent;
    agent.agent_id = agent.host_name = agent_id;
    agent.connected = connected;
    agent.snapshot_known = true;
    agent.config_state = state;
    agent.collector.storage_directory = "/data/storage";
    fleet_.set_agent(agent);
  }
  void discover(const std::string& agent_id, const std::string& source_id) {
    const AgentRecord agent{agent_id, agent_id, "0.1.0", 1, 1};
    LogSourceRegistry sources(registry_->sources(), registry_->agents(), *clock_);
    ASSERT_TRUE(sources.register_source(agent, test_source(source_id)));
  }
  // What a run leaves behind: a config under this policy, in this state.
  void leave(const std::string& agent_id, std::int64_t policy_version, ArtifactState state) {
    const auto made = generator_->generate({.agent_id = agent_id, .policy_version = policy_version});
    ASSERT_TRUE(made) << made.error().text();
    const auto version = made->config.version;
    EXPECT_TRUE(registry_->configs().set_config_state(agent_id, version, ArtifactState::kDeployed, ""));
    EXPECT_TRUE(registry_->configs().set_config_state(agent_id, version, state, ""));
  }
  std::int64_t propose(const std::string& overlay) {
    return registry_->policies().add_policy({overlay, "overlay.yaml", "", "me", 1}, false)->version;
  }
  void promote(std::int64_t policy) {
    EXPECT_TRUE(registry_->policies().set_policy_state(policy, model::PolicyState::kCurrent, ""));
  }
  // Agents a, b, c … of policy 1, and a policy 2 that the first of them has proven.
  void a_policy_proven_on_the_first_of(int agents) {
    for (int i = 0; i < agents; ++i) {
      const std::string id(1, static_cast<char>('a' + i));
      connect(id);
      leave(id, 1, ArtifactState::kVerified);
    }
    ASSERT_EQ(propose("exporters: {otlp_http/logs: {compression: gzip}}\n"), 2);
    promote(2);
    leave("a", 2, ArtifactState::kVerified);
  }
  // Of those whose run has begun, one that has not settled yet.
  void settle_one(ArtifactState state = ArtifactState::kVerified) {
    for (const auto& [name, times] : world_.counts()) {
      const auto agent_id = name.substr(0, name.find('@'));
      if (!settled_.insert(agent_id).second) continue;
      return leave(agent_id, 2, state);
    }
    ADD_FAILURE() << "nobody is changing";
  }
  // Until as many runs have begun in all; then none more begins for a while.
  testing::AssertionResult stays_at(std::size_t runs) {
    const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
    while (world_.counts().size() < runs && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(milliseconds(1));
    std::this_thread::sleep_for(milliseconds(60));
    const auto seen = world_.counts();
    if (seen.size() == runs) return testing::AssertionSuccess();
    auto failure = testing::AssertionFailure() << "runs:";
    for (const auto& [name, times] : seen) failure << " " << name << " ×" << times;
    return failure;
  }

  std::set<std::string> settled_;
  OtelConfigBuilder builder_{contracts::Config{}};
  std::optional<ConfigValidator> validator_;
  std::optional<ConfigCompiler> compiler_;
  FleetState fleet_;
  VerificationBoard board_;
  std::optional<ConfigGenerator> generator_;
  std::optional<ReloadScheduler> scheduler_;
};

TEST_F(ReloadSchedulerTest, ManyChangesInOneMomentAreOneRun) {
  connect("a");
  begin(by_events());
  for (int i = 0; i < 100; ++i) scheduler_->sources_changed("a", SetChange::kAny);
  EXPECT_TRUE(stays_at(1));
  EXPECT_EQ(world_.count("a@0"), 1);
}

TEST_F(ReloadSchedulerTest, WhatWentWaitsForWhatComes) {
  connect("a");
  auto times = by_events();
  times.coalesce_gone = std::chrono::hours(1);
  begin(times);
  scheduler_->sources_changed("a", SetChange::kGone);
  EXPECT_TRUE(stays_at(0));
  scheduler_->sources_changed("a", SetChange::kAny);
  EXPECT_TRUE(stays_at(1));
}

TEST_F(ReloadSchedulerTest, WhatWentDoesNotWaitForEver) {
  connect("a");
  auto times = by_events();
  times.coalesce_gone = milliseconds(100);
  begin(times);
  for (int i = 0; i < 10; ++i) scheduler_->sources_changed("a", SetChange::kGone);
  EXPECT_TRUE(stays_at(1));
}

TEST_F(ReloadSchedulerTest, NothingRunsForWhatIsCurrentOrAway) {
  connect("a");
  leave("a", 1, ArtifactState::kVerified);
  connect("b", ConfigState::kNone, false);
  begin(by_events());
  scheduler_->reconcile_all();
  EXPECT_TRUE(stays_at(0));
}

TEST_F(ReloadSchedulerTest, AChangeDuringARunIsLookedAtAgain) {
  connect("a");
  world_.behave(
      [first = std::make_shared<std::atomic<bool>>(true)](const std::string&, const ActivityContext&) -> Status {
        if (first->exchange(false)) std::this_thread::sleep_for(milliseconds(150));
        return {};
      });
  begin(by_events());
  scheduler_->sources_changed("a", SetChange::kAny);
  ASSERT_TRUE(world_.wait_for("a@0"));
  scheduler_->sources_changed("a", SetChange::kAny);
  EXPECT_TRUE(world_.wait_for("a@0", 2));
}

TEST_F(ReloadSchedulerTest, AConfigThatFailedIsTriedAgainAfterLongerAndLonger) {
  connect("a", ConfigState::kFailed);
  leave("a", 1, ArtifactState::kDeployed);
  auto times = by_events();
  times.reconcile = milliseconds(10);
  begin(times);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(world_.wait_for("a@0", 4));  // after 0, 10, 20 and 40 ms
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(70));
}

TEST_F(ReloadSchedulerTest, ARoundTriesTheNewestProposalAndGivesTheOlderUp) {
  connect("a");
  leave("a", 1, ArtifactState::kVerified);
  const auto older = propose("exporters: {otlp_http/logs: {compression: gzip}}\n");
  const auto newest = propose("exporters: {otlp_http/logs: {compression: zstd}}\n");
  auto times = by_events();
  times.reconcile = milliseconds(10);
  begin(times);
  ASSERT_TRUE(world_.wait_for(fmt::format("a@{}", newest), 2));  // the second round: the first has ended
  EXPECT_EQ(world_.count(fmt::format("a@{}", older)), 0);
  EXPECT_EQ((*registry_->policies().find_policy(older))->state, model::PolicyState::kSuperseded);
}

TEST_F(ReloadSchedulerTest, APolicyReachesTheOthersInWavesOfAsManyAsHaveProvenIt) {
  a_policy_proven_on_the_first_of(8);
  begin(by_events());
  scheduler_->reconcile_all();
  ASSERT_TRUE(stays_at(1));
  settle_one();
  ASSERT_TRUE(stays_at(3)) << "two have settled: two may change";
  settle_one();
  ASSERT_TRUE(stays_at(5)) << "three have settled, one is still changing: two more may";
  settle_one(ArtifactState::kUnproven);
  EXPECT_TRUE(stays_at(7));
}

TEST_F(ReloadSchedulerTest, AnAgentThatLeavesGivesItsPlaceAway) {
  a_policy_proven_on_the_first_of(4);
  begin(by_events());
  scheduler_->reconcile_all();
  ASSERT_TRUE(stays_at(1));
  connect(world_.counts().begin()->first.substr(0, 1), ConfigState::kApplied, false);
  EXPECT_TRUE(stays_at(2));
}

TEST_F(ReloadSchedulerTest, WhatIsTakenBackIsLeftByAllAtOnce) {
  a_policy_proven_on_the_first_of(6);
  for (const std::string id : {"b", "c", "d", "e", "f"}) leave(id, 2, ArtifactState::kVerified);
  EXPECT_TRUE(registry_->policies().set_policy_state(2, model::PolicyState::kBroken, "no"));
  begin(by_events());
  scheduler_->reconcile_all();
  EXPECT_TRUE(stays_at(6));
}

TEST_F(ReloadSchedulerTest, WhoWentBackFromAPolicyThatIsNotToBlameTriesItAgainLaterAndLater) {
  a_policy_proven_on_the_first_of(2);
  leave("b", 2, ArtifactState::kBroken);
  leave("b", 1, ArtifactState::kVerified);
  auto times = by_events();
  times.reconcile = milliseconds(10);
  begin(times);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(world_.wait_for("b@0", 4));
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(70));
}

TEST_F(ReloadSchedulerTest, SourcesOfWhoWaitsComeUnderThePolicyItHas) {
  a_policy_proven_on_the_first_of(3);
  begin(by_events());
  scheduler_->reconcile_all();
  ASSERT_TRUE(stays_at(1));
  const std::string waits = world_.count("b@0") > 0 ? "c" : "b";
  discover(waits, "new");
  scheduler_->sources_changed(waits, SetChange::kAny);
  EXPECT_TRUE(world_.wait_for(waits + "@1"));
}

}  // namespace
}  // namespace oc::control_plane
