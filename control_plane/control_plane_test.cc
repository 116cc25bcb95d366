// The whole control plane over its two ports, with a real WebSocket agent and a store that is told what to hold.
#include "control_plane/control_plane.h"

#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http/client.h"
#include "base/temporary_directory.h"
#include "contracts/rest_api/openapi.h"
#include "control_plane/agent_manager/test_agent.h"
#include "control_plane/api/rest_api.h"
#include "control_plane/config_builder/test_collector.h"
#include "control_plane/control_plane_process.h"
#include "control_plane/registry/test_sources.h"
#include "control_plane/verification/fake_loki.h"

namespace oc::control_plane {
namespace {

using testing::HasSubstr;

class ControlPlaneTest : public testing::Test {
 protected:
  ControlPlaneTest() {
    config_.listen.ui.port = 0;
    config_.listen.opamp.port = 0;
    const auto url = *http::Url::parse(loki_.url());
    config_.listen.logs.port = url.port;
    EXPECT_TRUE(ensure_directory(data_.control_plane()));
    write_test_collector(collector_, collector_that_refuses("colour"));
    start();
  }
  void start() {
    process_.reset();
    auto started = ControlPlaneProcess::start(config_, data_, {collector_, {}});
    ASSERT_TRUE(started) << started.error().text();
    process_ = std::move(*started);
    base_ = fmt::format("http://127.0.0.1:{}", process_->api_port());
  }
  http::Response get(const std::string& path) {
    auto response = client_.get(base_ + path);
    EXPECT_TRUE(response) << response.error().text();
    return response.value_or(http::Response{});
  }
  Json json(const std::string& path) {
    const auto response = get(path);
    EXPECT_EQ(response.status, 200) << path << ": " << response.body;
    return parse_json(response.body).value_or(Json());
  }
  bool wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    while (!condition() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return condition();
  }
  // An agent whose two sources are applied, one of them written to and held by the store.
  void bring_up(TestAgent& agent) {
    auto probe = test_source("probe-id", "onecollector-probe");
    probe.source_type = model::SourceType::kProbe;
    loki_.hold("a1b2c3", 12040);
    loki_.show_probe(std::map<std::string, std::string>{
        {"service_name", "onecollector-probe"}, {"host_name", "web-1"}, {"source_id", "probe-id"}});
    agent.send(agent.full_state());
    agent.send_snapshot(1, {test_source("a1b2c3", "shop"), probe});
    agent.send_ledger("a1b2c3", 12040);
    agent.send_ledger("probe-id", 0);
    const auto config = agent.next_config();
    ASSERT_TRUE(config);
    agent.report(TestAgent::applied(config->hash));
    answer_probe(agent);
  }
  void answer_probe(TestAgent& agent) {
    const auto write = agent.next_custom("write");
    ASSERT_TRUE(write);
    agent.send_custom(contracts::kProbeCapability, "written",
                      to_json(contracts::ProbeWritten{(*write)["test_id"], system_clock().wall_ns(), ""}));
  }

  Json post(const std::string& path, const Json& body, int status) {
    const auto response = client_.post(base_ + path, body.dump(), "application/json");
    EXPECT_TRUE(response) << response.error().text();
    EXPECT_EQ(response->status, status) << path << ": " << response->body;
    return parse_json(response->body).value_or(Json());
  }

  TemporaryDirectory folder_;
  // Stands in for the collector's validate: it knows no key called "colour".
  const std::string collector_ = folder_ / "collector";
  contracts::DataDirectory data_{folder_.path()};
  contracts::Config config_;
  FakeLoki loki_;
  std::unique_ptr<ControlPlaneProcess> process_;
  std::string base_;
  http::Client client_;
};

TEST_F(ControlPlaneTest, EveryRouteIsDocumentedAndEveryDocumentedRouteIsThere) {
  MetricRegistry metrics;
  FleetState fleet;
  VerificationBoard board;
  auto repositories = SqliteRegistry::open(folder_ / "routes.db");
  ASSERT_TRUE(repositories);
  LogSourceRegistry registry(repositories->sources(), repositories->agents(), system_clock());
  EventFeed feed(repositories->events());
  const OtelConfigBuilder builder{config_};
  const auto validator = ConfigValidator::create({collector_, folder_ / "validate"});
  ASSERT_TRUE(validator);
  const ConfigCompiler compiler(builder, *validator);
  SqliteWorkflowJournal journal(repositories->connections());
  ActivityRunner runner;
  ActivityList activities;
  WorkflowEngine workflows({journal, activities, runner, nullptr, metrics});
  const auto router = rest_api({registry, feed, repositories->sources(), repositories->agents(),
                                repositories->configs(), repositories->policies(), compiler, fleet, board, metrics,
                                [] { return model::VerificationResult{}; }, 0, workflows, activities, runner});
  std::set<std::string> served, documented;
  for (const auto& route : router.routes()) served.insert(route.method + " " + route.pattern);
  for (const auto& [path, methods] : contracts::openapi_document()["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      std::string upper = method;
      std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
      documented.insert(upper + " " + path);
    }
  EXPECT_EQ(served, documented);
}

TEST_F(ControlPlaneTest, WithoutAgentsItIsReadyButNotSettled) {
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
  const auto status = json("/api/v1/status");
  EXPECT_FALSE(status["settled"].get<bool>());
  EXPECT_TRUE(status["probe"].is_null());
  EXPECT_EQ(json("/api/v1/sources")["total"], 0);
  EXPECT_EQ(client_.post(base_ + "/api/v1/probe", "", "application/json")->status, 503);
}

TEST_F(ControlPlaneTest, FromASourceToItsProof) {
  TestAgent agent(process_->opamp_port());
  bring_up(agent);
  ASSERT_TRUE(wait_until([&] { return json("/api/v1/status")["settled"].get<bool>(); }))
      << json("/api/v1/status").dump(1);
  const auto status = json("/api/v1/status");
  EXPECT_EQ(status["summary"].dump(),
            R"({"sources":2,"verified":1,"acknowledged":0,"partly":0,"idle":1,"waiting":0,"failed":0})");
  EXPECT_TRUE(status["probe"]["labels_correct"].get<bool>());
  EXPECT_TRUE(status["stores"]["logs"]["reachable"].get<bool>());
  EXPECT_EQ(status["agents"][0]["config"]["state"], "applied");
  EXPECT_EQ(status["agents"][0]["proposed_logs"], *parse_json(R"([{"path":"/srv/a.log","process":"java","pid":7}])"));
  EXPECT_EQ(status["notes"][0], "web-1: 13133 belongs to otelcol (pid 12)");

  const auto source = json("/api/v1/sources/shop");
  EXPECT_EQ(source["source"]["source_id"], "a1b2c3");
  EXPECT_EQ(source["verification"]["state"], "verified");
  EXPECT_THAT(source["verification"]["reason"].get<std::string>(), HasSubstr("delivered 1,204 lines"));
  EXPECT_EQ(json("/api/v1/sources/a1b")["id"], source["id"]);
  EXPECT_EQ(json("/api/v1/sources/%2Fvar%2Flog%2Fa1b2c3.log")["id"], source["id"]);

  const auto explained = json("/api/v1/sources/a1b2c3/explain");
  EXPECT_EQ(explained["chain"].size(), 7u);
  EXPECT_TRUE(explained["broken"].is_null());
}

TEST_F(ControlPlaneTest, ConfigsAreListedAndShown) {
  TestAgent agent(process_->opamp_port());
  bring_up(agent);
  const auto configs = json("/api/v1/configs")["configs"];
  ASSERT_EQ(configs.size(), 1u);
  EXPECT_FALSE(configs[0].contains("yaml"));
  EXPECT_EQ(configs[0]["state"], "applied");
  const auto config = json(fmt::format("/api/v1/configs/{}/1", TestAgent::kId));
  EXPECT_THAT(config["yaml"].get<std::string>(), HasSubstr("file_log/a1b2c3"));
  EXPECT_EQ(json(fmt::format("/api/v1/configs?agent={}", TestAgent::kId))["configs"].size(), 1u);
  EXPECT_EQ(get("/api/v1/configs?agent=nobody").status, 404);
  EXPECT_EQ(get(fmt::format("/api/v1/configs/{}/2", TestAgent::kId)).status, 404);
  EXPECT_EQ(get(fmt::format("/api/v1/configs/{}/x", TestAgent::kId)).status, 404);
}

TEST_F(ControlPlaneTest, TwoVersionsAreCompared) {
  TestAgent agent(process_->opamp_port());
  bring_up(agent);
  agent.send_snapshot(2, {test_source("a1b2c3", "shop")});
  ASSERT_TRUE(wait_until([&] { return json("/api/v1/configs")["configs"].size() == 2; }));
  const auto diff = json(fmt::format("/api/v1/configs/{}/1/diff/2", TestAgent::kId));
  EXPECT_EQ(diff["removed"].dump(), R"(["receivers::file_log/probe-id"])");
  EXPECT_EQ(diff["changed"].dump(), R"(["service::pipelines::logs"])");
  EXPECT_THAT(diff["diff"].get<std::string>(), HasSubstr("-        - file_log/probe-id\n"));
  EXPECT_EQ(get(fmt::format("/api/v1/configs/{}/1/diff/9", TestAgent::kId)).status, 404);
}

TEST_F(ControlPlaneTest, APlanShowsWhatWouldChangeAndChangesNothing) {
  TestAgent agent(process_->opamp_port());
  bring_up(agent);
  ASSERT_TRUE(wait_until([&] { return json("/api/v1/sources")["total"] == 2; }));
  const auto plan = post("/api/v1/plan", {{"overlay", "receivers: {file_log/*: {poll_interval: 1s}}"}}, 200);
  EXPECT_FALSE(plan["refused"].get<bool>()) << plan.dump(1);
  const auto difference = plan["agents"].at(0)["difference"];
  EXPECT_EQ(difference["changed"].dump(), R"(["receivers::file_log/a1b2c3","receivers::file_log/probe-id"])");
  EXPECT_THAT(difference["diff"].get<std::string>(), HasSubstr("+    poll_interval: 1s\n"));
  EXPECT_EQ(json("/api/v1/configs")["configs"].size(), 1u);
  EXPECT_EQ(json("/api/v1/policies")["policies"].size(), 1u);
}

TEST_F(ControlPlaneTest, APlanThatIsRefusedNamesThePlace) {
  TestAgent agent(process_->opamp_port());
  bring_up(agent);
  ASSERT_TRUE(wait_until([&] { return json("/api/v1/sources")["total"] == 2; }));
  const auto unknown =
      post("/api/v1/plan", {{"overlay", "receivers:\n  file_log/*:\n    colour: red\n"}, {"name", "o.yaml"}}, 200);
  EXPECT_TRUE(unknown["refused"].get<bool>());
  const auto& problem = unknown["agents"].at(0)["problems"].at(0);
  EXPECT_EQ(problem["file"], "o.yaml");
  EXPECT_EQ(problem["line"], 3);
  EXPECT_EQ(problem["column"], 5);
  const auto broken = post("/api/v1/plan", {{"overlay", "processors: ["}}, 200);
  EXPECT_TRUE(broken["refused"].get<bool>());
  EXPECT_EQ(broken["problems"].size(), 1u);
}

TEST_F(ControlPlaneTest, PoliciesAreShownAndWrongOnesRefused) {
  const auto first = json("/api/v1/policies")["policies"].at(0);
  EXPECT_EQ(first["version"], 1);
  EXPECT_EQ(first["state"], "current");
  EXPECT_FALSE(first.contains("overlay"));
  EXPECT_EQ(json("/api/v1/policies/1")["overlay"], "");
  EXPECT_EQ(get("/api/v1/policies/2").status, 404);
  EXPECT_EQ(get("/api/v1/policies/x").status, 404);
  post("/api/v1/plan", {{"overlai", ""}}, 400);
  post("/api/v1/plan", Json::array(), 400);
  post("/api/v1/plan", Json::object(), 400);
}

TEST_F(ControlPlaneTest, AProposalIsKeptAndItsRolloutStarted) {
  auto repositories = SqliteRegistry::open(folder_ / "proposals.db");
  ASSERT_TRUE(repositories);
  const OtelConfigBuilder builder{config_};
  const auto validator = ConfigValidator::create({collector_, folder_ / "validate"});
  const ConfigCompiler compiler(builder, *validator);
  MetricRegistry metrics;
  FleetState fleet;
  VerificationBoard board;
  LogSourceRegistry registry(repositories->sources(), repositories->agents(), system_clock());
  EventFeed feed(repositories->events());
  SqliteWorkflowJournal journal(repositories->connections());
  ActivityRunner runner;
  ActivityList activities;
  WorkflowEngine workflows({journal, activities, runner, nullptr, metrics});
  ApiContext context{registry,
                     feed,
                     repositories->sources(),
                     repositories->agents(),
                     repositories->configs(),
                     repositories->policies(),
                     compiler,
                     fleet,
                     board,
                     metrics,
                     {},
                     0,
                     workflows,
                     activities,
                     runner};
  const auto serve = [&] { return *http::Server::listen({.access = {.open = true}}, rest_api(context)); };
  const auto propose = [&](const http::Server& server, const Json& body) {
    return *client_.post(fmt::format("http://127.0.0.1:{}/api/v1/policies", server.port()), body.dump(),
                         "application/json");
  };
  EXPECT_EQ(propose(*serve(), {{"overlay", "processors: {}"}}).status, 503) << "nobody rolls out yet";
  std::vector<std::int64_t> proposed;
  context.propose_policy = [&](const model::Policy& policy) -> Result<std::string> {
    proposed.push_back(policy.version);
    return "run-1";
  };
  const auto server = serve();
  const auto accepted = propose(*server, {{"overlay", "processors: {}"}, {"reason", "less noise"}});
  ASSERT_EQ(accepted.status, 200) << accepted.body;
  const auto answer = *parse_json(accepted.body);
  EXPECT_EQ(answer["run"], "run-1");
  EXPECT_EQ(answer["policy"]["reason"], "less noise");
  EXPECT_EQ(proposed, std::vector<std::int64_t>{2});
  EXPECT_EQ(propose(*server, {{"overlay", "nonsense: {}"}}).status, 422);
  ASSERT_TRUE(repositories->policies().set_policy_state(2, model::PolicyState::kBroken, "nothing arrived"));
  EXPECT_EQ(propose(*server, {{"overlay", "processors: {}"}}).status, 409);
  EXPECT_EQ(propose(*server, {{"overlay", "processors: {}"}, {"force", true}}).status, 200);
}

TEST_F(ControlPlaneTest, AProbeRunsWhenItIsAskedFor) {
  TestAgent agent(process_->opamp_port());
  bring_up(agent);
  ASSERT_TRUE(wait_until([&] { return !json("/api/v1/status")["probe"].is_null(); }));
  std::thread answering([&] { answer_probe(agent); });
  const auto response = client_.post(base_ + "/api/v1/probe", "", "application/json");
  answering.join();
  ASSERT_TRUE(response);
  EXPECT_TRUE((*parse_json(response->body))["log_found"].get<bool>()) << response->body;
}

TEST_F(ControlPlaneTest, ARestartForgetsNothing) {
  {
    TestAgent agent(process_->opamp_port());
    bring_up(agent);
  }
  start();
  EXPECT_EQ(json("/api/v1/sources")["total"], 2);
  EXPECT_EQ(json("/api/v1/configs")["configs"].size(), 1u);
  const auto agents = json("/api/v1/agents")["agents"];
  ASSERT_EQ(agents.size(), 1u);
  EXPECT_FALSE(agents[0]["connected"].get<bool>());
}

TEST_F(ControlPlaneTest, WrongRequestsAreToldWhatIsWrong) {
  for (const auto* path : {"/api/v1/sources?limit=0", "/api/v1/sources?limit=1001", "/api/v1/sources?after=x",
                           "/api/v1/sources?status=gone"}) {
    const auto response = get(path);
    EXPECT_EQ(response.status, 400) << path;
    EXPECT_FALSE((*parse_json(response.body))["next_step"].get<std::string>().empty()) << path;
  }
  const auto unknown = get("/api/v1/sources/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("onecollector sources"));
  EXPECT_EQ(get("/").status, 404);
}

TEST_F(ControlPlaneTest, ActivitiesAreListedAndRunByName) {
  const auto listed = json("/api/v1/activities")["activities"];
  ASSERT_GT(listed.size(), 10u);
  for (const auto& activity : listed) EXPECT_EQ(activity["input_schema"]["type"], "object") << activity["name"];
  const auto post = [&](const std::string& name, const std::string& body) {
    return *client_.post(base_ + "/api/v1/activities/" + name + "/run", body, "application/json");
  };
  const auto health = post("verify_services_health_activity", "");
  EXPECT_EQ(health.status, 200) << health.body;
  EXPECT_EQ((*parse_json(health.body))["attempts"], 1);
  EXPECT_EQ((*parse_json(health.body))["output"]["services"][0]["name"], "control-plane");
  EXPECT_EQ(post("label_enrichment_activity", R"({"source":"x"})").status, 400);
  EXPECT_THAT(post("label_enrichment_activity", R"({"source":"x"})").body, HasSubstr("known here: source_id"));
  EXPECT_EQ(post("label_enrichment_activity", "{").status, 400);
  EXPECT_EQ(post("verify_service_health_activity", "").status, 404);
  EXPECT_THAT(post("verify_service_health_activity", "").body, HasSubstr("verify_services_health_activity"));
}

TEST_F(ControlPlaneTest, WorkflowRunsAreListed) {
  EXPECT_TRUE(json("/api/v1/workflows?state=running&workflow=x&limit=5")["runs"].empty());
  EXPECT_EQ(get("/api/v1/workflows?state=gone").status, 400);
  EXPECT_EQ(get("/api/v1/workflows/none").status, 404);
  EXPECT_EQ(client_.post(base_ + "/api/v1/workflows/none/cancel", "", "application/json")->status, 404);
}

TEST_F(ControlPlaneTest, MetricsCarryOurPrefix) {
  TestAgent agent(process_->opamp_port());
  bring_up(agent);
  const auto text = get("/metrics").body;
  EXPECT_THAT(text, HasSubstr("onecollector_agents_connected 1"));
  EXPECT_THAT(text, HasSubstr("onecollector_configs_rendered_total 1"));
  EXPECT_THAT(text, HasSubstr("onecollector_discovery_overflows_total 2")) << "as the agent said";
  for (const auto& sample : parse_prometheus_text(text))
    EXPECT_TRUE(sample.name.starts_with("onecollector_")) << sample.name;
}

TEST_F(ControlPlaneTest, StoppingDoesNotWaitForAProbeUnderWay) {
  TestAgent agent(process_->opamp_port());
  bring_up(agent);
  ASSERT_TRUE(wait_until([&] { return !json("/api/v1/status")["probe"].is_null(); }));
  std::thread asking([&] { (void)http::Client().post(base_ + "/api/v1/probe", "", "application/json"); });
  ASSERT_TRUE(agent.next_custom("write"));
  const auto began = std::chrono::steady_clock::now();
  process_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5)) << "the contract of every role";
  asking.join();
}

}  // namespace
}  // namespace oc::control_plane
