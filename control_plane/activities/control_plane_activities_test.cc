// The activities whose parts are the registry and the fleet's state, called by name as REST and workflows call them.
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/server.h"
#include "base/temporary_directory.h"
#include "control_plane/activities/activity_list.h"
#include "control_plane/activities/activity_runner.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/alerting/alert_receiver.h"
#include "control_plane/registry/log_source_registry.h"
#include "control_plane/registry/sqlite_registry.h"
#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

using testing::HasSubstr;

constexpr const char* kAgent = "01935bc8-0000-7000-8000-0000000000ff";

class ActivitiesTest : public testing::Test {
 protected:
  ActivitiesTest() {
    http::Router routes;
    routes.health("/ready", [](const http::Request&) { return http::Response::text("ready\n"); });
    store_ = std::move(*http::Server::listen({}, routes));
    config_.listen.logs.port = store_->port();
    activities_ = std::move(*control_plane_activities({config_,
                                                       token_,
                                                       registry_,
                                                       repositories_.sources(),
                                                       repositories_.agents(),
                                                       fleet_,
                                                       agents_,
                                                       config_parts_,
                                                       alerts_,
                                                       [this](const std::string& id) { reconciled_.push_back(id); },
                                                       {}}));
  }
  void connect(const std::string& agent_id = kAgent) {
    AgentFacts agent;
    agent.agent_id = agent_id;
    agent.host_name = "web-1";
    agent.connected = agent.collector_healthy = true;
    agent.collector.kind = "native";
    fleet_.set_agent(agent);
  }
  void discover(const std::vector<model::DiscoveredLogSource>& found) {
    std::map<std::string, model::DiscoveredLogSource> sources;
    std::set<std::string> ids;
    for (const auto& source : found) {
      sources[source.source_id] = source;
      ids.insert(source.source_id);
    }
    fleet_.update_sources(kAgent, sources, ids, {});
  }
  Result<Json> run(const std::string& name, const Json& input = Json::object()) {
    return runner_.run(*activities_.find(name), input, {}).output;
  }
  Json output(const std::string& name, const Json& input = Json::object()) {
    auto result = run(name, input);
    EXPECT_TRUE(result) << name << ": " << result.error().text();
    return result.value_or(Json());
  }

  TemporaryDirectory folder_;
  SqliteRegistry repositories_ = std::move(*SqliteRegistry::open(folder_ / "control-plane.db"));
  LogSourceRegistry registry_{repositories_.sources(), repositories_.agents(), system_clock()};
  FleetState fleet_;
  contracts::Config config_;
  std::string token_;
  MetricRegistry metrics_;
  VerificationBoard board_;
  Verifier verifier_{{config_, token_, fleet_, board_, metrics_}};
  OtelConfigBuilder builder_{config_};
  ConfigValidator validator_ = *ConfigValidator::create({"/bin/true", folder_ / "validate"});
  ConfigCompiler compiler_{builder_, validator_};
  ConfigGenerator generator_{{repositories_.sources(), repositories_.configs(), repositories_.policies(), builder_,
                              compiler_, fleet_, metrics_}};
  AgentManager agents_{{registry_, repositories_.configs(), fleet_, {&verifier_}, repositories_.events(), metrics_}};
  ConfigActivityParts config_parts_{
      generator_, repositories_.configs(), repositories_.policies(), agents_, fleet_, verifier_, repositories_.events(),
      [] {}};
  AlertSender alerts_{config_};
  std::vector<std::string> reconciled_;
  std::unique_ptr<http::Server> store_;
  ActivityList activities_;
  ActivityRunner runner_;
};

TEST_F(ActivitiesTest, WhoAsksForAReconcileGetsIt) {
  output("schedule_reconcile_activity");
  output("handle_config_change_event_activity", {{"type", "log_source_registered"}, {"subject", kAgent}});
  EXPECT_THAT(reconciled_, testing::ElementsAre("", kAgent));
}

TEST_F(ActivitiesTest, AWatchTellsWhatChangedSinceAndWaitsForMore) {
  const AgentRecord agent{kAgent, "web-1", "1", 1, 1};
  ASSERT_TRUE(registry_.save_agent(agent));
  auto container = test_source("b");
  container.source_type = model::SourceType::kDocker;
  const auto before = output("filesystem_watch_activity", {{"wait_ms", 0}});
  EXPECT_TRUE(before["changes"].empty());
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    registry_.register_sources(agent, {container, test_source("a")}).value();
  });
  const auto seen = output("filesystem_watch_activity", {{"after", before["next"]}, {"wait_ms", 20'000}});
  ASSERT_EQ(seen["changes"].size(), 1u) << "containers are watched by another: " << seen;
  EXPECT_EQ(seen["changes"][0]["source_id"], "a");
  EXPECT_EQ(seen["changes"][0]["change"], "new");
  later.join();
  ASSERT_TRUE(registry_.mark_removed({"a"}));
  const Json after_that = {{"after", seen["next"]}, {"wait_ms", 0}, {"agent_id", kAgent}};
  EXPECT_EQ(output("filesystem_watch_activity", after_that)["changes"][0]["change"], "inactive");
  EXPECT_TRUE(
      output("filesystem_watch_activity", {{"after", 0}, {"wait_ms", 0}, {"agent_id", "x"}})["changes"].empty());
  EXPECT_EQ(output("filesystem_watch_activity", {{"after", 0}, {"wait_ms", 0}, {"limit", 1}})["changes"].size(), 1u);
  EXPECT_THAT(run("filesystem_watch_activity", {{"wait_ms", 60'000}}).error().message, HasSubstr("wait_ms"));
}

TEST_F(ActivitiesTest, ACollectorNobodySupervisesCannotBeStopped) {
  EXPECT_THAT(run("stop_collector_activity").error().message, HasSubstr("no agent is connected"));
}

TEST_F(ActivitiesTest, TheStoreThatAnswersRunsAndOneOfSomebodyElseIsNotOurs) {
  EXPECT_EQ(output("start_loki_activity")["state"], "running");
  config_.logs_url = "http://127.0.0.1:" + std::to_string(store_->port());
  EXPECT_EQ(output("start_loki_activity")["state"], "not_owned");
  config_.logs_url = "http://127.0.0.1:1";
  EXPECT_THAT(run("start_loki_activity").error().message, HasSubstr("not owned"));
}

TEST_F(ActivitiesTest, WithoutReceiversAnAlertIsRefused) {
  EXPECT_FALSE(run("send_alert_activity", {{"summary", "hello"}}));
  EXPECT_THAT(run("send_alert_activity", {{"summary", "x"}, {"severity", "loud"}}).error().message,
              HasSubstr("severity"));
}

TEST_F(ActivitiesTest, AConfigIsRenderedButNothingIsKept) {
  AgentFacts agent;
  agent.agent_id = kAgent;
  agent.collector.storage_directory = "/data/storage";
  fleet_.set_agent(agent);
  ASSERT_TRUE(registry_.save_agent({kAgent, "web-1", "1", 1, 1}));
  ASSERT_TRUE(registry_.register_source({kAgent, "web-1"}, test_source("a")));
  const auto rendered = output("render_config_activity", {{"agent_id", kAgent}});
  EXPECT_THAT(rendered["yaml"].get<std::string>(), HasSubstr("file_log/a"));
  EXPECT_EQ(output("build_config_activity", {{"agent_id", kAgent}})["hash"], rendered["hash"]);
  EXPECT_TRUE(repositories_.configs().list_configs(kAgent, 10)->empty());
  EXPECT_FALSE(run("rollback_config_activity", {{"agent_id", kAgent}, {"reason", "why not"}}));
}

TEST_F(ActivitiesTest, EachHasItsSchemasAndRefusesAnUnknownMember) {
  EXPECT_EQ(activities_.all().size(), 34u);
  for (auto* activity : activities_.all()) {
    EXPECT_EQ(activity->input_schema()["type"], "object") << activity->name();
    EXPECT_FALSE(activity->output_schema()["required"].empty()) << activity->name();
    EXPECT_FALSE(activity->description().empty());
    const auto refused = activity->run({{"no_such", 1}}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "no_such: no such member") << activity->name();
    EXPECT_FALSE(refused.error().retryable());
  }
}

TEST_F(ActivitiesTest, CollectorsAreRegisteredOnceAndListedWhileConnected) {
  EXPECT_TRUE(output("register_new_collector_activity", {{"agent_id", kAgent}, {"host_name", "web-1"}})["added"]);
  EXPECT_FALSE(output("register_new_collector_activity", {{"agent_id", kAgent}, {"host_name", "web-1"}})["added"]);
  EXPECT_THAT(run("register_new_collector_activity", {{"agent_id", "x"}, {"host_name", "h"}}).error().message,
              HasSubstr("agent_id: "));
  EXPECT_TRUE(output("list_active_collectors_activity")["collectors"].empty());
  connect();
  const auto listed = output("list_active_collectors_activity")["collectors"];
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["kind"], "native");
}

TEST_F(ActivitiesTest, AServiceIsRegisteredByItsFileAndDeregisteredByItsName) {
  const Json service = {{"agent_id", kAgent}, {"service_name", "shop"}, {"log_path", "/srv/shop.log"}};
  EXPECT_THAT(run("register_service_activity", service).error().next_step, HasSubstr("register_new_collector"));
  connect();
  const auto first = output("register_service_activity", service);
  EXPECT_EQ(first["result"], "inserted");
  const auto again = output("register_service_activity", service);
  EXPECT_EQ(again["result"], "unchanged");
  EXPECT_EQ(again["source_id"], first["source_id"]);

  const auto labels = output("label_enrichment_activity", {{"source_id", first["source_id"]}});
  EXPECT_EQ(labels["resource_attributes"]["host.name"], "web-1");
  EXPECT_EQ(labels["resource_attributes"]["source_id"], first["source_id"]);
  EXPECT_EQ(labels["stream_labels"].dump(), R"({"service_name":"shop"})");

  EXPECT_EQ(output("deregister_service_activity", {{"service_name", "shop"}, {"agent_id", "other"}})["deregistered"],
            0);
  EXPECT_EQ(output("deregister_service_activity", {{"service_name", "shop"}})["deregistered"], 1);
  EXPECT_EQ(output("deregister_service_activity", {{"service_name", "shop"}})["deregistered"], 0);
}

TEST_F(ActivitiesTest, ARegisteredPathTakesTheServicesNameInsteadOfASecondRecord) {
  connect();
  const auto source = test_source("a1", "unnamed");
  EXPECT_EQ(output("upsert_registry_record_activity", {{"agent_id", kAgent}, {"source", to_json(source)}})["result"],
            "inserted");
  const auto named = output("register_service_activity",
                            {{"agent_id", kAgent}, {"service_name", "shop"}, {"log_path", source.log_path}});
  EXPECT_EQ(named["source_id"], "a1");
  EXPECT_EQ(named["result"], "updated");
}

TEST_F(ActivitiesTest, ARecordThatIsNoSourceIsRefusedWithTheMember) {
  connect();
  auto source = to_json(test_source("a1"));
  source["log_path"] = "relative";
  const Json input = {{"agent_id", kAgent}, {"source", source}};
  EXPECT_EQ(run("upsert_registry_record_activity", input).error().message,
            "source.log_path: expected an absolute path");
  source.erase("log_path");
  EXPECT_EQ(run("upsert_registry_record_activity", {{"agent_id", kAgent}, {"source", source}}).error().message,
            "source.log_path: is missing");
}

TEST_F(ActivitiesTest, TheInventoryIsMergedCountedAndPaged) {
  connect();
  auto container = test_source("c1");
  container.source_type = model::SourceType::kDocker;
  auto probe = test_source("p1");
  probe.source_type = model::SourceType::kProbe;
  discover({test_source("f1"), test_source("f2"), container, probe});
  const auto all = output("auto_discover_all_log_sources_activity", {{"limit", 2}});
  EXPECT_EQ(all["total"], 3);
  EXPECT_EQ(all["by_type"].dump(), R"({"docker":1,"filesystem":2})");
  EXPECT_EQ(all["sources"].size(), 2u);
  const auto rest = output("auto_discover_all_log_sources_activity", {{"after", all["next"]}});
  ASSERT_EQ(rest["sources"].size(), 1u);
  EXPECT_EQ(rest["sources"][0]["source_id"], "f2");
  EXPECT_EQ(rest["next"], "");
  EXPECT_EQ(output("discover_log_files_activity")["total"], 2);
  EXPECT_FALSE(run("discover_log_files_activity", {{"limit", 1001}}));

  EXPECT_EQ(output("auto_register_log_sources_activity")["inserted"], 4);
  EXPECT_EQ(output("auto_register_log_sources_activity", {{"agent_id", kAgent}})["unchanged"], 4);
}

TEST_F(ActivitiesTest, HealthNamesWhatIsNotHealthy) {
  connect();
  EXPECT_TRUE(output("verify_collector_health_activity", {{"agent_id", kAgent}})["healthy"]);
  EXPECT_FALSE(run("verify_collector_health_activity", {{"agent_id", "none"}}));
  const auto healthy = output("verify_services_health_activity");
  EXPECT_TRUE(healthy["healthy"]) << healthy.dump();
  EXPECT_EQ(healthy["services"].size(), 3u);
  store_->stop();
  auto agent = *fleet_.agent(kAgent);
  agent.connected = false;
  fleet_.set_agent(agent);
  const auto ill = output("verify_services_health_activity");
  EXPECT_FALSE(ill["healthy"]);
  EXPECT_TRUE(ill["services"][0]["healthy"]);
  EXPECT_FALSE(ill["services"][1]["healthy"]);
  EXPECT_THAT(ill["services"][2]["reason"].get<std::string>(), HasSubstr("not connected"));
}

}  // namespace
}  // namespace oc::control_plane
