#include "cli/workflows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/activities.h"

namespace oc::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const Json kRun = *parse_json(R"({"run_id":"3f9a01c2-0000-4000-8000-000000000000","workflow":"reload_workflow",
  "key":"agent-1","state":"failed","outcome":null,"started_at":"2026-11-23T02:11:09.120Z",
  "finished_at":"2026-11-23T02:11:09.532Z","error":{"error":"push: no agent","next_step":"","retryable":false}})");

TEST(Workflows, ARunIsOneRowWithItsError) {
  const auto table = runs_table(Json::array({kRun}), {});
  EXPECT_THAT(table, HasSubstr("3f9a01c2 "));
  EXPECT_THAT(table, Not(HasSubstr("3f9a01c2-")));
  EXPECT_THAT(table, HasSubstr("412 ms"));
  EXPECT_THAT(table, HasSubstr("push: no agent"));
  EXPECT_EQ(run_words(kRun), "reload_workflow failed in 412 ms: push: no agent");
}

TEST(Workflows, AStepShowsItsAttemptAndWhatItCameTo) {
  const auto steps = *parse_json(R"([
    {"name":"push","state":"completed","attempt":2,"input":{"v":3},"output":{"ok":true},"error":null,
     "started_at":"2026-11-23T02:11:09.000Z","finished_at":"2026-11-23T02:11:21.300Z","due_at":null},
    {"name":"settle","state":"running","attempt":1,"input":{},"output":null,"error":null,
     "started_at":"2026-11-23T02:11:21.300Z","finished_at":null,"due_at":"2026-11-23T02:12:00.000Z"}])");
  const auto table = steps_table(steps, {});
  EXPECT_THAT(table, HasSubstr("12.3 s"));
  EXPECT_THAT(table, HasSubstr(R"({"v":3}  {"ok":true})"));
  EXPECT_THAT(table, HasSubstr("until 2026-11-23T02:12:00.000Z"));
}

TEST(Workflows, TablesFitATerminal) {
  Terminal narrow;
  narrow.width = 80;
  auto run = kRun;
  run["error"]["error"] = std::string(300, 'x');
  const auto table = runs_table(Json::array({run}), narrow);
  std::size_t begin = 0;
  for (auto end = table.find('\n'); end != std::string::npos; end = table.find('\n', begin)) {
    EXPECT_LE(end - begin, 90u) << "code points are counted, not bytes";
    begin = end + 1;
  }
}

TEST(Activities, MembersShowTypeDefaultAndMeaning) {
  const auto schema = *parse_json(R"({"properties":{
    "agent_id":{"type":"string","description":"Who"},
    "limit":{"type":"integer","description":"How many","default":500},
    "paths":{"type":"array","items":{"type":"string"},"description":"Where","default":[]}},"required":["agent_id"]})");
  const auto table = members_table(schema, {});
  EXPECT_THAT(table, HasSubstr("agent_id  string"));
  EXPECT_THAT(table, HasSubstr("required"));
  EXPECT_THAT(table, HasSubstr("list of string"));
  EXPECT_THAT(table, HasSubstr("500"));
  EXPECT_EQ(members_table(Json::object(), {}), "nothing\n");
}

}  // namespace
}  // namespace oc::cli
