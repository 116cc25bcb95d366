#include "control_plane/agent_manager/agent_manager.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/server.h"
#include "base/ids.h"
#include "base/temporary_directory.h"
#include "control_plane/agent_manager/test_agent.h"
#include "control_plane/config_builder/config_generator.h"
#include "control_plane/config_builder/test_collector.h"
#include "control_plane/registry/sqlite_registry.h"
#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

using contracts::opamp::kReportFullState;
using contracts::opamp::RemoteConfigState;
using testing::HasSubstr;
using Message = TestAgent::Message;

class CountingListener final : public FleetListener {
 public:
  void sources_changed(const std::string&, SetChange) override { ++sources; }
  void config_settled(const std::string&) override { ++configs; }
  void ledger_moved(const std::vector<contracts::LedgerEntry>& entries) override { ledger += entries.size(); }
  void collector_reported(const std::string&) override { ++collector; }
  void probe_written(const std::string&, const contracts::ProbeWritten&) override { ++probes; }
  std::atomic<std::size_t> sources = 0, configs = 0, ledger = 0, collector = 0, probes = 0;
};

// Does what the reload workflow does with a change, without its proof: renders, keeps, deploys.
class Deployer final : public FleetListener {
 public:
  Deployer(ConfigGenerator& generator, ConfigRepository& configs) : generator_(generator), configs_(configs) {}
  void sources_changed(const std::string& agent_id, SetChange) override {
    const auto generated = generator_.generate({.agent_id = agent_id});
    ASSERT_TRUE(generated) << generated.error().text();
    if (!generated->changed) return;
    ASSERT_TRUE(configs_.set_config_state(agent_id, generated->config.version, ArtifactState::kDeployed, ""));
    manager->deploy(agent_id);
  }
  void config_settled(const std::string&) override {}
  void ledger_moved(const std::vector<contracts::LedgerEntry>&) override {}
  void collector_reported(const std::string&) override {}
  void probe_written(const std::string&, const contracts::ProbeWritten&) override {}
  AgentManager* manager = nullptr;

 private:
  ConfigGenerator& generator_;
  ConfigRepository& configs_;
};

class AgentManagerTest : public testing::Test {
 protected:
  AgentManagerTest() { start(); }
  ~AgentManagerTest() override { stop(); }

  void start() {
    auto opened = SqliteRegistry::open(folder_ / "control-plane.db");
    ASSERT_TRUE(opened) << opened.error().text();
    repositories_.emplace(std::move(*opened));
    fleet_ = std::make_unique<FleetState>();
    registry_.emplace(repositories_->sources(), repositories_->agents(), system_clock());
    write_test_collector(folder_ / "collector", "echo '{\"problems\":[],\"left_out\":0}'");
    validator_.emplace(*ConfigValidator::create({folder_ / "collector", folder_ / "validate"}));
    compiler_.emplace(builder_, *validator_);
    generator_.emplace(ConfigGenerator::Parts{repositories_->sources(), repositories_->configs(),
                                              repositories_->policies(), builder_, *compiler_, *fleet_, metrics_});
    deployer_.emplace(*generator_, repositories_->configs());
    manager_.emplace(AgentManager::Parts{
        *registry_, repositories_->configs(), *fleet_, {&*deployer_, &listener_}, repositories_->events(), metrics_});
    deployer_->manager = &*manager_;
    http::Router routes;
    routes.websocket("/v1/opamp", [this](const http::Request&) { return manager_->new_session(); });
    http::Server::Options options;
    options.access = http::AccessPolicy::everyone();
    server_ = std::move(*http::Server::listen(options, routes));
  }
  void stop() {
    manager_->stop();
    server_->stop();
    server_.reset();
    manager_.reset();
    registry_.reset();
    repositories_.reset();
  }
  static bool wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return condition();
  }
  AgentFacts facts() { return fleet_->agent(TestAgent::kId).value_or(AgentFacts{}); }
  std::size_t versions() { return repositories_->configs().list_configs(TestAgent::kId, 100)->size(); }

  TemporaryDirectory folder_;
  MetricRegistry metrics_;
  OtelConfigBuilder builder_{contracts::Config{}};
  CountingListener listener_;
  std::unique_ptr<FleetState> fleet_;
  std::optional<SqliteRegistry> repositories_;
  std::optional<LogSourceRegistry> registry_;
  std::optional<ConfigValidator> validator_;
  std::optional<ConfigCompiler> compiler_;
  std::optional<ConfigGenerator> generator_;
  std::optional<Deployer> deployer_;
  std::optional<AgentManager> manager_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(AgentManagerTest, AHelloIsAnsweredWithWhatWeSpeak) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  const auto hello = agent.next([](const Message&) { return true; });
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->flags & kReportFullState, 0u);
  EXPECT_THAT(*hello->custom_capabilities, testing::Contains(std::string(contracts::kSourcesCapability)));
  ASSERT_TRUE(wait_until([&] { return facts().healthy; }));
  EXPECT_EQ(facts().host_name, "web-1");
  EXPECT_EQ(facts().status, "running");
  EXPECT_TRUE(facts().collector_healthy);
  EXPECT_THAT(facts().notes, testing::ElementsAre("13133 belongs to otelcol (pid 12)"));
}

TEST_F(AgentManagerTest, EventsTellWhoCameAndWent) {
  const auto told = [&](const std::string& type) { return repositories_->events().read(0, 100, {type})->size(); };
  {
    TestAgent agent(server_->port());
    agent.send(agent.full_state());
    ASSERT_TRUE(wait_until([&] { return told("agent_connected") == 1; }));
    EXPECT_EQ(told("agent_disconnected"), 0u);
  }
  ASSERT_TRUE(wait_until([&] { return told("agent_disconnected") == 1; }));
  EXPECT_EQ(told("agent_connected"), 1u);
  EXPECT_EQ(repositories_->events().read(0, 100, {"agent_connected"})->front().data["host_name"], "web-1");
}

TEST_F(AgentManagerTest, AnUnknownAgentOrASkippedMessageIsAskedForItsFullState) {
  TestAgent agent(server_->port());
  agent.send(agent.bare());
  const auto asks = [](const Message& m) { return (m.flags & kReportFullState) != 0; };
  EXPECT_TRUE(agent.next(asks));
  agent.send(agent.full_state());
  agent.bare();  // one that never arrives
  agent.send(agent.bare());
  EXPECT_TRUE(agent.next(asks));
}

TEST_F(AgentManagerTest, AnAgentThatWasSilentForTooLongBringsItsSourcesBackWithItsNextMessage) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  agent.send_snapshot(1, {test_source("a")});
  ASSERT_TRUE(agent.next_config());
  const auto active = [&] { return repositories_->sources().active_sources_of(TestAgent::kId)->size(); };
  ASSERT_EQ(active(), 1u);
  ASSERT_EQ(registry_->mark_unseen(system_clock().wall_ns() + 1'000'000'000), 1u);
  ASSERT_EQ(active(), 0u);
  agent.send(agent.bare());
  EXPECT_TRUE(wait_until([&] { return active() == 1; }));
}

TEST_F(AgentManagerTest, SourcesBecomeAConfigThatIsPushedAndItsFateRecorded) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  agent.send_snapshot(1, {test_source("a"), test_source("b", "shop")});
  EXPECT_EQ((*agent.next_custom("ack"))["sequence"], 1);
  const auto config = agent.next_config();
  ASSERT_TRUE(config);
  EXPECT_EQ(config->hash, stable_hash(config->files.at("").body));
  EXPECT_THAT(config->files.at("").body, HasSubstr("file_log/b"));

  agent.report(TestAgent::applied(config->hash));
  ASSERT_TRUE(wait_until([&] { return listener_.configs > 0; }));
  EXPECT_EQ(facts().config_state, ConfigState::kApplied);
  EXPECT_EQ(facts().applied_version, 1);
  const auto artifact = *repositories_->configs().find_config(TestAgent::kId, 1);
  EXPECT_EQ(artifact->state, ArtifactState::kApplied);
  EXPECT_EQ(artifact->config.reason, "2 sources added: app, shop");
  EXPECT_EQ(repositories_->sources().find_sources({"a"})->front().config_version, 1);
}

TEST_F(AgentManagerTest, EveryDeltaReachesTheConfig) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  agent.send_snapshot(1, {test_source("a")});
  ASSERT_TRUE(agent.next_config());
  std::vector<model::DiscoveredLogSource> sources = {test_source("a")};
  for (int i = 0; i < 20; ++i) {
    sources.push_back(test_source("n" + std::to_string(i)));
    agent.send_custom(contracts::kSourcesCapability, "delta",
                      to_json(contracts::SourcesDelta{
                          static_cast<std::uint64_t>(i + 2), {sources.back()}, {}, contracts::set_hash(sources)}));
  }
  std::string body;
  while (body.find("file_log/n19") == body.npos) {
    const auto config = agent.next_config();
    ASSERT_TRUE(config);
    body = config->files.at("").body;
  }
  EXPECT_EQ(facts().config_state, ConfigState::kApplying);
}

TEST_F(AgentManagerTest, AFailedConfigIsKeptWithItsReason) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  agent.send_snapshot(1, {test_source("a")});
  agent.report({agent.next_config()->hash, RemoteConfigState::kFailed, "file_log/a: no such key"});
  ASSERT_TRUE(wait_until([&] { return facts().config_state == ConfigState::kFailed; }));
  EXPECT_EQ(facts().config_error, "file_log/a: no such key");
  EXPECT_EQ((*repositories_->configs().find_config(TestAgent::kId, 1))->error, "file_log/a: no such key");
}

TEST_F(AgentManagerTest, AGapOrAnotherHashIsAnsweredWithResync) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  agent.send_snapshot(1, {test_source("a")});
  agent.send_custom(contracts::kSourcesCapability, "delta", to_json(contracts::SourcesDelta{3, {}, {}, "x"}));
  EXPECT_TRUE(agent.next_custom("resync"));
  agent.send_snapshot(4, {test_source("a")});
  EXPECT_TRUE(agent.next_custom("ack"));
  agent.send_custom(contracts::kSourcesCapability, "delta",
                    to_json(contracts::SourcesDelta{5, {test_source("b")}, {}, "another hash"}));
  EXPECT_THAT((*agent.next_custom("resync"))["reason"].get<std::string>(), HasSubstr("another hash"));
  agent.send_snapshot(6, {test_source("a")});
  EXPECT_TRUE(agent.next_custom("ack"));
  agent.send_custom(contracts::kSourcesCapability, "heartbeat",
                    to_json(contracts::SourcesHeartbeat{6, "another hash"}));
  EXPECT_TRUE(agent.next_custom("resync"));
}

TEST_F(AgentManagerTest, AnAgentThatSendsNoSnapshotIsAskedForIt) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  EXPECT_TRUE(agent.next_custom("resync"));
}

TEST_F(AgentManagerTest, AReconnectedAgentThatRunsTheLatestConfigIsNotSentItAgain) {
  std::string hash;
  {
    TestAgent agent(server_->port());
    agent.send(agent.full_state());
    agent.send_snapshot(1, {test_source("a")});
    hash = agent.next_config()->hash;
    agent.report(TestAgent::applied(hash));
    ASSERT_TRUE(wait_until([&] { return facts().applied_version == 1; }));
  }
  ASSERT_TRUE(wait_until([&] { return !facts().connected; }));
  stop();
  start();
  const auto too_early = generator_->generate({TestAgent::kId});
  ASSERT_FALSE(too_early);
  EXPECT_TRUE(too_early.error().retryable()) << "no policy is to blame for an agent that is on its way back";
  TestAgent again(server_->port());
  again.send(again.full_state(hash));
  const auto before = listener_.sources.load();
  again.send_snapshot(1, {test_source("a")});
  ASSERT_TRUE(wait_until([&] { return listener_.sources > before; }));
  manager_->send_probe(TestAgent::kId, random_uuid());
  const auto next = again.next(
      [](const Message& m) { return m.remote_config || (m.custom_message && m.custom_message->type == "write"); });
  ASSERT_TRUE(next);
  EXPECT_FALSE(next->remote_config) << "the probe came first: no config was sent";
  EXPECT_EQ(versions(), 1u);
  EXPECT_EQ(facts().config_state, ConfigState::kApplied);
  ASSERT_TRUE(wait_until([&] { return fleet_->source("a")->config_version == 1; })) << "or it is never proven again";
}

TEST_F(AgentManagerTest, AnAgentThatLostItsConfigGetsItAgain) {
  std::string hash;
  {
    TestAgent agent(server_->port());
    agent.send(agent.full_state());
    agent.send_snapshot(1, {test_source("a")});
    hash = agent.next_config()->hash;
  }
  TestAgent again(server_->port());
  again.send(again.full_state("some other"));
  again.send_snapshot(1, {test_source("a")});
  const auto config = again.next_config();
  ASSERT_TRUE(config);
  EXPECT_EQ(config->hash, hash);
  EXPECT_EQ(versions(), 1u);
}

TEST_F(AgentManagerTest, SourcesThatWentAreInactiveAndLeaveTheConfig) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  agent.send_snapshot(1, {test_source("a"), test_source("b")});
  ASSERT_TRUE(agent.next_config());
  agent.send_snapshot(2, {test_source("b")});
  EXPECT_THAT(agent.next_config()->files.at("").body, testing::Not(HasSubstr("file_log/a")));
  EXPECT_EQ(repositories_->sources().find_sources({"a"})->front().source.status, model::SourceStatus::kInactive);
}

TEST_F(AgentManagerTest, SeveralAgentsAtOnceEachHaveTheirOwnConfig) {
  std::vector<std::unique_ptr<TestAgent>> agents;
  for (int i = 0; i < 5; ++i)
    agents.push_back(
        std::make_unique<TestAgent>(server_->port(), fmt::format("0b2f6f3e-0000-4000-8000-00000000001{}", i)));
  for (std::size_t i = 0; i < agents.size(); ++i) {
    agents[i]->send(agents[i]->full_state());
    agents[i]->send_snapshot(1, {test_source("of" + std::to_string(i))});
  }
  for (std::size_t i = 0; i < agents.size(); ++i)
    EXPECT_THAT(agents[i]->next_config()->files.at("").body, HasSubstr("file_log/of" + std::to_string(i)));
}

TEST_F(AgentManagerTest, BytesThatAreNotOpampAreRefusedAndOthersGoOn) {
  TestAgent good(server_->port());
  good.send(good.full_state());
  for (const auto& bytes : {std::string("\x00\xff\xff\xff\xff", 5), std::string("hello"), std::string()}) {
    TestAgent bad(server_->port(), "0b2f6f3e-0000-4000-8000-0000000000ff");
    bad.send_bytes(bytes);
    const auto refused = bad.next([](const Message& m) { return m.error.has_value(); });
    ASSERT_TRUE(refused) << bytes;
    EXPECT_EQ(refused->error->type, 1);
    EXPECT_TRUE(bad.wait_for_close());
  }
  good.send_snapshot(1, {test_source("a")});
  EXPECT_TRUE(good.next_config());
}

TEST_F(AgentManagerTest, ACustomMessageThatIsNotAsAgreedIsRefused) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  agent.send_custom(contracts::kSourcesCapability, "snapshot", Json{{"sequence", "one"}});
  const auto refused = agent.next([](const Message& m) { return m.error.has_value(); });
  ASSERT_TRUE(refused);
  EXPECT_THAT(refused->error->message, HasSubstr("sequence"));
}

TEST_F(AgentManagerTest, LedgerCollectorReportAndProbeReachTheListener) {
  TestAgent agent(server_->port());
  agent.send(agent.full_state());
  agent.send_snapshot(1, {test_source("a")});
  agent.send_ledger("a", 100);
  contracts::CollectorSourceReport report;
  report.source_id = "a";
  report.acknowledged_offset = 100;
  agent.send_custom(contracts::kSourcesCapability, "collector", to_json(contracts::CollectorReport{{report}}));
  agent.send_custom(contracts::kProbeCapability, "written", to_json(contracts::ProbeWritten{random_uuid(), 1, ""}));
  ASSERT_TRUE(wait_until([&] { return listener_.probes > 0; }));
  EXPECT_EQ(listener_.ledger, 1u);
  EXPECT_EQ(listener_.collector, 1u);
  EXPECT_EQ(fleet_->source("a")->ledger->last_newline_end, 100u);
  EXPECT_EQ(fleet_->source("a")->collector->acknowledged_offset, 100u);
}

}  // namespace
}  // namespace oc::control_plane
