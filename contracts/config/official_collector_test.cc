#include "contracts/config/official_collector.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/temporary_directory.h"

namespace oc::contracts {
namespace {

class OfficialCollectorTest : public testing::Test {
 protected:
  OfficialCollectorTest() : path_before_(std::getenv("PATH")) { ::setenv("PATH", folder_.path().c_str(), 1); }
  ~OfficialCollectorTest() override { ::setenv("PATH", path_before_.c_str(), 1); }

  std::string install(const std::string& name, const std::string& answer) {
    EXPECT_TRUE(write_file_atomic(folder_ / name, "#!/bin/sh\n" + answer + "\n", 0755));
    return folder_ / name;
  }
  std::string refusal() {
    const auto found = find_official_collector(config_);
    return found ? "found " + found->executable : found.error().text();
  }

  const std::string path_before_;
  TemporaryDirectory folder_;
  Config config_;
};

TEST_F(OfficialCollectorTest, TheContribDistributionIsTakenBeforeTheSmallOne) {
  install("otelcol", "echo otelcol version 0.140.1");
  EXPECT_EQ(find_official_collector(config_)->version, "0.140.1");
  const auto contrib = install("otelcol-contrib", "echo otelcol-contrib version 0.158.0");
  EXPECT_EQ(find_official_collector(config_)->executable, contrib);
  EXPECT_EQ(find_official_collector(config_)->version, "0.158.0");
}

TEST_F(OfficialCollectorTest, OneThatIsNamedIsTakenByNameOrByPath) {
  config_.collector_executable = install("mine", "echo mine version v0.150.0-rc1");
  EXPECT_EQ(find_official_collector(config_)->version, "0.150.0");
  config_.collector_executable = "mine";
  EXPECT_EQ(find_official_collector(config_)->version, "0.150.0");
}

TEST_F(OfficialCollectorTest, WhatIsMissingIsSaidWithWhatToDo) {
  EXPECT_EQ(refusal(),
            "agent.collector.kind is official, but there is no otelcol-contrib and no otelcol on PATH (install "
            "otelcol-contrib, or name another with agent.collector.executable)");
  config_.collector_executable = folder_ / "gone";
  EXPECT_NE(refusal().find("gone is no program that can be run"), std::string::npos) << refusal();
  ASSERT_TRUE(write_file_atomic(folder_ / "gone", "no program", 0644));
  EXPECT_NE(refusal().find("gone is no program that can be run"), std::string::npos) << refusal();
}

TEST_F(OfficialCollectorTest, AnotherProgramIsToldApart) {
  config_.collector_executable = install("other", "echo curl 8.1; exit 0");
  EXPECT_NE(refusal().find("does not answer --version"), std::string::npos) << refusal();
  config_.collector_executable = install("broken", "echo otelcol version 0.158.0; exit 1");
  EXPECT_NE(refusal().find("does not answer --version"), std::string::npos) << refusal();
}

}  // namespace
}  // namespace oc::contracts
