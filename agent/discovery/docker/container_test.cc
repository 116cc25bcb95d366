#include "agent/discovery/docker/container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Json inspect() {
  return *parse_json(R"({"Id":"0123456789abcdef","Name":"/web-1","LogPath":"/c/0123/0123-json.log",
    "Config":{"Image":"shop:2","Env":["PATH=/bin","SECRET=x"],"Labels":{"team":"shop"}},
    "HostConfig":{"LogConfig":{"Type":"json-file"}}})");
}

std::string service(const Json& json) { return container_from_inspect(json)->metadata.at("service_name"); }

TEST(Container, CarriesItsNamesAndNothingElseOfItsEnvironment) {
  const auto container = container_from_inspect(inspect());
  EXPECT_EQ(container->log_path, "/c/0123/0123-json.log");
  EXPECT_EQ(container->left_out, "");
  EXPECT_THAT(container->metadata,
              UnorderedElementsAre(Pair("service_name", "web-1"), Pair("container.id", "0123456789abcdef"),
                                   Pair("container.name", "web-1"), Pair("container.image.name", "shop:2")));
}

TEST(Container, HasEndedInTheWordsOfItsEngine) {
  auto json = inspect();
  EXPECT_FALSE(container_from_inspect(json)->ended);
  for (const auto& [state, ended] : std::map<std::string, bool>{
           {"created", false}, {"running", false}, {"exited", true}, {"dead", true}, {"stopped", true}}) {
    json["State"]["Status"] = state;
    EXPECT_EQ(container_from_inspect(json)->ended, ended) << state;
  }
}

TEST(Container, ItsServiceIsWhatIsSaidMostClearly) {
  auto json = inspect();
  json["Config"]["Labels"]["com.docker.compose.service"] = "shop";
  json["Config"]["Labels"]["com.docker.compose.project"] = "store";
  EXPECT_EQ(service(json), "shop");
  EXPECT_EQ(container_from_inspect(json)->metadata.at("compose_project"), "store");
  json["Config"]["Env"].push_back("OTEL_SERVICE_NAME=checkout");
  EXPECT_EQ(service(json), "checkout");
  json["Config"]["Labels"]["onecollector.service"] = "orders";
  EXPECT_EQ(service(json), "orders");
}

TEST(Container, SaysWhyItIsLeftOut) {
  auto json = inspect();
  json["Config"]["Labels"]["onecollector.enabled"] = "false";
  EXPECT_THAT(container_from_inspect(json)->left_out, HasSubstr("onecollector.enabled=false"));
  for (const auto& [driver, reason] :
       std::map<std::string, std::string>{{"none", "nothing is kept"}, {"syslog", "elsewhere"}}) {
    json = inspect();
    json["HostConfig"]["LogConfig"]["Type"] = driver;
    EXPECT_THAT(container_from_inspect(json)->left_out, HasSubstr(reason));
  }
}

TEST(Container, ThatWritesToTheJournalIsCollectedUnlessItsLabelKeepsItOut) {
  auto json = inspect();
  json["HostConfig"]["LogConfig"]["Type"] = "journald";
  EXPECT_TRUE(container_from_inspect(json)->in_journal);
  EXPECT_EQ(container_from_inspect(json)->left_out, "");
  json["Config"]["Labels"]["onecollector.enabled"] = "false";
  EXPECT_EQ(container_from_inspect(json)->left_out, "its label says onecollector.enabled=false");
}

TEST(Container, DockersDriverLocalIsCollected) {
  auto json = inspect();
  json["LogPath"] = "";
  json["HostConfig"]["LogConfig"]["Type"] = "local";
  const auto container = container_from_inspect(json);
  EXPECT_TRUE(container->is_local);
  EXPECT_EQ(container->left_out, "");
}

TEST(Container, SurvivesWhatNoEngineSays) {
  EXPECT_FALSE(container_from_inspect(Json::object()));
  EXPECT_FALSE(container_from_inspect(*parse_json(R"({"Id":7})")));
  EXPECT_TRUE(
      container_from_inspect(*parse_json(R"({"Id":"a","Name":[],"Config":3,"HostConfig":{"LogConfig":null}})")));
  EXPECT_TRUE(container_from_inspect(*parse_json(R"({"Id":"a","Config":{"Env":[1,{}],"Labels":null}})")));
}

}  // namespace
}  // namespace oc::agent
