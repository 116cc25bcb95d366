#include "agent/agent.h"

#include <chrono>
#include <filesystem>
#include <future>
#include <optional>

#include <gtest/gtest.h>

#include "agent/eventually.h"
#include "base/files.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

class AgentTest : public testing::Test {
 protected:
  AgentTest() {
    config_.filesystem.roots = {(dir_ / "logs").string()};
    config_.listen.opamp.port = 1;  // nobody is there: the agent must not mind
    std::filesystem::create_directories(dir_ / "logs");
  }
  void run_until_the_inventory_is_kept() {
    const auto inventory = directory_.agent() / "inventory";
    std::filesystem::remove(inventory);
    SignalWait signals;
    auto done = std::async(std::launch::async, [&] { return run_agent(config_, directory_, {}, signals); });
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(inventory); }));
    signals.request_stop();
    ASSERT_EQ(done.wait_for(std::chrono::seconds(5)), std::future_status::ready);
    const auto status = done.get();
    EXPECT_TRUE(status) << status.error().text();
  }

  TemporaryDirectory dir_;
  contracts::Config config_;
  contracts::DataDirectory directory_{dir_ / "data"};
};

TEST_F(AgentTest, RunsWithoutAControlPlaneAndStopsWhenTold) {
  run_until_the_inventory_is_kept();
  EXPECT_TRUE(std::filesystem::exists(directory_.probe_file()));
}

TEST_F(AgentTest, KeepsItsIdentityBetweenRuns) {
  run_until_the_inventory_is_kept();
  const auto id = *read_file(directory_.agent() / "instance_uid");
  run_until_the_inventory_is_kept();
  EXPECT_EQ(*read_file(directory_.agent() / "instance_uid"), id);
}

TEST_F(AgentTest, APatternThatDoesNotParseIsAnErrorAtStart) {
  config_.filesystem.exclude = {"[a-"};
  SignalWait signals;
  const auto status = run_agent(config_, directory_, {}, signals);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("discovery.filesystem"), std::string::npos);
}

}  // namespace
}  // namespace oc::agent
