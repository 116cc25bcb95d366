#include "agent/supervisor/dry_run.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

class DryRunTest : public testing::Test {
 protected:
  Result<Json> run(const std::string& yaml, std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    const auto program = std::filesystem::absolute("agent/supervisor/testdata/fake_collector.py");
    return dry_run({{"/usr/bin/python3", program.string(), (folder_ / "lock").string(), "0"},
                    folder_.path(),
                    official_,
                    {},
                    70,
                    timeout},
                   yaml);
  }
  TemporaryDirectory folder_;
  bool official_ = false;
};

TEST_F(DryRunTest, TheReportStandsBelowTheCollectorsOwnLog) {
  const auto report = run("receivers: {}");
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_TRUE((*report)["ok"].get<bool>());
  EXPECT_EQ((*report)["records"], 70);
}

TEST_F(DryRunTest, ARefusedConfigIsAReportToo) {
  const auto report = run("invalid");
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_FALSE((*report)["ok"].get<bool>());
}

TEST_F(DryRunTest, NoReportIsAnErrorWithTheExitCode) {
  const auto report = run("silent");
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("exit code 4"), std::string::npos) << report.error().text();
}

TEST_F(DryRunTest, OneThatHangsEndsAtItsLimit) {
  const auto report = run("hang", std::chrono::milliseconds(1));
  ASSERT_FALSE(report);
  EXPECT_TRUE(report.error().retryable());
}

TEST_F(DryRunTest, AnOfficialCollectorIsAskedForItsValidationAndTheReportSaysSo) {
  official_ = true;
  const auto accepted = run("receivers: {}");
  ASSERT_TRUE(accepted) << accepted.error().text();
  EXPECT_TRUE((*accepted)["ok"].get<bool>());
  EXPECT_TRUE((*accepted)["validated_only"].get<bool>());
  const auto refused = run("invalid");
  ASSERT_TRUE(refused) << refused.error().text();
  EXPECT_FALSE((*refused)["ok"].get<bool>());
  EXPECT_NE((*refused)["errors"][0]["message"].get<std::string>().find("unknown component"), std::string::npos);
}

TEST_F(DryRunTest, NothingIsLeftBehind) {
  ASSERT_TRUE(run("receivers: {}"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace oc::agent
