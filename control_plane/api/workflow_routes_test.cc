// The routes over a real engine and server, with a workflow that waits.
#include <gmock/gmock.h>

#include "base/http/client.h"
#include "base/temporary_directory.h"
#include "control_plane/api/routes.h"
#include "control_plane/workflows/test_workflows.h"

namespace oc::control_plane {
namespace {

using testing::HasSubstr;

Workflow<EffectOutput> waits_for_go(WorkflowContext& run, EffectInput input) {
  co_await run.activity<Effect>({input.name});
  const auto heard = co_await run.signal("go", std::chrono::hours(1));
  co_return EffectOutput{heard ? heard->value("word", std::string()) : "nothing"};
}

class WorkflowRoutesTest : public WorkflowTest {
 protected:
  WorkflowRoutesTest() {
    start_engine(&waits_for_go);
    http::Router router;
    const ApiContext context{sources_,
                             feed_,
                             registry_->sources(),
                             registry_->agents(),
                             registry_->configs(),
                             registry_->policies(),
                             compiler_,
                             fleet_,
                             board_,
                             metrics_,
                             {},
                             0,
                             *engine_,
                             activities_,
                             runner_};
    add_workflow_routes(router, context);
    add_activity_routes(router, context);
    http::Server::Options options;
    options.access = http::AccessPolicy::everyone();
    server_ = std::move(*http::Server::listen(options, router));
    base_ = "http://127.0.0.1:" + std::to_string(server_->port()) + "/api/v1";
  }
  Json get(const std::string& path) { return *parse_json(client_.get(base_ + path)->body); }
  http::Response post(const std::string& path, const std::string& body = "") {
    return *client_.post(base_ + path, body, "application/json");
  }

  LogSourceRegistry sources_{registry_->sources(), registry_->agents(), system_clock()};
  EventFeed feed_{registry_->events()};
  TemporaryDirectory validate_folder_;
  OtelConfigBuilder builder_{contracts::Config{}};
  ConfigValidator validator_ = *ConfigValidator::create({"/bin/true", validate_folder_.path()});
  ConfigCompiler compiler_{builder_, validator_};
  FleetState fleet_;
  VerificationBoard board_;
  std::unique_ptr<http::Server> server_;
  std::string base_;
  http::Client client_;
};

TEST_F(WorkflowRoutesTest, ARunIsShownSignalledAndEnds) {
  const auto run_id = start("agent-1", "x");
  ASSERT_TRUE(wait_for_step(run_id, "signal:go"));
  const auto run = get("/workflows/" + run_id.substr(0, 8));
  EXPECT_EQ(run["run_id"], run_id);
  EXPECT_EQ(run["state"], "running");
  EXPECT_EQ(run["input"].dump(), R"({"name":"x"})");
  ASSERT_EQ(run["steps"].size(), 2u);
  EXPECT_EQ(run["steps"][0]["output"].dump(), R"({"done":"x"})");
  EXPECT_FALSE(run["steps"][1]["due_at"].is_null());
  EXPECT_EQ(get("/workflows?state=running")["runs"].size(), 1u);

  EXPECT_EQ(post("/workflows/" + run_id + "/signals/go", "{").status, 400);
  EXPECT_EQ(post("/workflows/" + run_id + "/signals/go", R"({"word":"now"})").status, 200);
  EXPECT_EQ(wait(run_id).outcome["done"], "now");
  EXPECT_EQ(post("/workflows/" + run_id + "/signals/go").status, 409);
  EXPECT_EQ(post("/workflows/" + run_id + "/cancel").status, 409);
}

TEST_F(WorkflowRoutesTest, ARunIsCancelledAndPagesAreWalked) {
  const auto first = start("a"), second = start("b");
  ASSERT_TRUE(wait_for_step(first, "signal:go"));
  EXPECT_EQ(post("/workflows/" + first + "/cancel").status, 200);
  EXPECT_EQ(wait(first).state, RunState::kCancelled);
  const auto page = get("/workflows?limit=1");
  EXPECT_EQ(page["runs"][0]["run_id"], second);
  EXPECT_EQ(get("/workflows?limit=1&after=" + page["next"].get<std::string>())["runs"][0]["run_id"], first);
}

TEST_F(WorkflowRoutesTest, TheKindOfFailureIsInTheStatus) {
  const auto run = [&](Status how) {
    world_.behave([how](const std::string&, const ActivityContext&) { return how; });
    return post("/activities/effect_activity/run", R"({"name":"x"})");
  };
  EXPECT_EQ(run({}).status, 200);
  EXPECT_EQ(run(permanent("never")).status, 400);
  const auto busy = run(retryable("not now"));
  EXPECT_EQ(busy.status, 503);
  EXPECT_THAT(busy.body, HasSubstr("not now"));
  EXPECT_EQ(world_.count("x"), 2 + limits_.attempts) << "retries are the activity's own";
}

}  // namespace
}  // namespace oc::control_plane
