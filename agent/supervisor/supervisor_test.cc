#include "agent/supervisor/supervisor.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include <gtest/gtest.h>
#include <signal.h>

#include "agent/eventually.h"
#include "agent/supervisor/collector_process.h"
#include "base/files.h"
#include "base/http/server.h"
#include "base/ids.h"
#include "base/process.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

using contracts::opamp::RemoteConfigState;

// A port nobody has at the moment.
std::uint16_t free_port() {
  auto server = http::Server::listen({}, {});
  return (*server)->port();
}

class SupervisorTest : public testing::Test {
 protected:
  SupervisorTest() { begin(); }
  ~SupervisorTest() override {
    if (supervisor_) supervisor_->end();
  }

  void begin() {
    SupervisorOptions options;
    options.health.port = free_port();
    options.metrics.port = port_;
    options.command = {"/usr/bin/python3", std::filesystem::absolute("agent/supervisor/testdata/fake_collector.py"),
                       lock_.string(), std::to_string(port_)};
    auto created = Supervisor::create(options, directory_);
    ASSERT_TRUE(created) << created.error().text();
    supervisor_ = *std::move(created);
    supervisor_->begin(
        {[this](auto status) { note(statuses_, status); }, [this](auto effective) { note(effective_, effective); },
         [this](auto health) { note(health_, health); }, [this](auto report) { note(reports_, report); }});
  }

  void apply(const std::string& yaml) {
    supervisor_->apply({.files = {{"", {yaml, "text/yaml"}}}, .hash = "version of " + yaml});
  }
  // How the config ended up: waits for its final status.
  contracts::opamp::RemoteConfigStatus outcome(const std::string& yaml) {
    contracts::opamp::RemoteConfigStatus out;
    EXPECT_TRUE(eventually([&] {
      const std::lock_guard lock(mutex_);
      if (statuses_.empty()) return false;
      out = statuses_.back();
      return out.last_hash == "version of " + yaml && out.state != RemoteConfigState::kApplying;
    }));
    return out;
  }
  pid_t collector_pid() const {
    const auto collector = CollectorProcess::adopt(lock_);
    return collector ? collector->pid() : 0;
  }
  template <typename T>
  void note(std::vector<T>& list, T value) {
    const std::lock_guard lock(mutex_);
    list.push_back(std::move(value));
  }
  template <typename T>
  T last(const std::vector<T>& list) {
    const std::lock_guard lock(mutex_);
    return list.empty() ? T() : list.back();
  }

  TemporaryDirectory dir_;
  contracts::DataDirectory directory_{dir_.path()};
  std::filesystem::path lock_ = directory_.collector() / "collector.lock";
  std::uint16_t port_ = free_port();
  std::mutex mutex_;
  std::vector<contracts::opamp::RemoteConfigStatus> statuses_;
  std::vector<contracts::opamp::ConfigMap> effective_;
  std::vector<contracts::opamp::ComponentHealth> health_;
  std::vector<contracts::CollectorReport> reports_;
  std::unique_ptr<Supervisor> supervisor_;
};

TEST_F(SupervisorTest, TheFirstConfigStartsTheCollector) {
  EXPECT_TRUE(eventually([&] { return last(health_).status == "waiting for the first config"; }));
  apply("one");
  EXPECT_EQ(outcome("one").state, RemoteConfigState::kApplied) << outcome("one").error;
  EXPECT_NE(collector_pid(), 0);
  EXPECT_EQ(last(effective_).at("").body, "one");
  EXPECT_TRUE(eventually([&] { return last(health_).healthy; }));
}

TEST_F(SupervisorTest, FiguresAndFailingSourcesOfTheCollectorAreReported) {
  apply("one");
  ASSERT_TRUE(eventually([&] { return !last(reports_).sources.empty(); }));
  EXPECT_EQ(last(reports_).sources[0].read_bytes, 42u);
  EXPECT_TRUE(eventually([&] { return last(health_).components.contains("source/s1"); }));
  EXPECT_EQ(last(health_).components.at("source/s1").last_error, "permission denied");
}

TEST_F(SupervisorTest, ANewConfigIsTakenUpByTheSameProcess) {
  apply("one");
  outcome("one");
  const pid_t pid = collector_pid();
  apply("two");
  EXPECT_EQ(outcome("two").state, RemoteConfigState::kApplied);
  EXPECT_EQ(collector_pid(), pid);
}

TEST_F(SupervisorTest, AnInvalidConfigIsRefusedInTheCollectorsWordsAndChangesNothing) {
  apply("one");
  outcome("one");
  apply("invalid");
  EXPECT_EQ(outcome("invalid").state, RemoteConfigState::kFailed);
  EXPECT_NE(outcome("invalid").error.find("unknown component nosuch"), std::string::npos) << outcome("invalid").error;
  EXPECT_EQ(*read_file(directory_.collector_config()), "one");
}

// The stand-in's `validate` refuses "invalid"; it runs it all the same.
TEST_F(SupervisorTest, AConfigThatWasTriedIsNotValidatedAgain) {
  supervisor_->trust("invalid");
  apply("invalid");
  EXPECT_EQ(outcome("invalid").state, RemoteConfigState::kApplied) << outcome("invalid").error;
  apply("invalid too");
  EXPECT_EQ(outcome("invalid too").state, RemoteConfigState::kFailed);
}

TEST_F(SupervisorTest, AConfigTheCollectorCannotRunIsTakenBack) {
  apply("one");
  outcome("one");
  apply("refused");
  EXPECT_EQ(outcome("refused").state, RemoteConfigState::kFailed);
  EXPECT_NE(outcome("refused").error.find("receiver cannot start"), std::string::npos) << outcome("refused").error;
  EXPECT_EQ(*read_file(directory_.collector_config()), "one");
  apply("two");
  EXPECT_EQ(outcome("two").state, RemoteConfigState::kApplied);
}

TEST_F(SupervisorTest, AConfigThatCrashesTheCollectorIsTakenBackAndTheOldOneRunsAgain) {
  apply("one");
  outcome("one");
  apply("crash");
  EXPECT_EQ(outcome("crash").state, RemoteConfigState::kFailed);
  EXPECT_NE(outcome("crash").error.find("told to crash"), std::string::npos) << outcome("crash").error;
  EXPECT_TRUE(eventually([&] { return last(health_).healthy && collector_pid() != 0; }));
  EXPECT_EQ(*read_file(directory_.collector_config()), "one");
}

TEST_F(SupervisorTest, AKilledCollectorIsStartedAgain) {
  apply("one");
  outcome("one");
  const pid_t pid = collector_pid();
  ASSERT_NE(pid, 0);
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(eventually([&] { return collector_pid() != 0 && collector_pid() != pid; }));
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(health_, [](const auto& health) {
      return !health.healthy && health.last_error.find("was killed by signal 9") != std::string::npos;
    });
  }));
}

TEST_F(SupervisorTest, ACollectorLeftByAnEarlierAgentIsAdoptedWithItsPort) {
  supervisor_.reset();
  ASSERT_TRUE(write_file_atomic(directory_.collector_config(), "one"));
  // As a killed agent leaves it: running, and nobody's to supervise.
  auto left = CollectorProcess::start(
      {.arguments = {"/usr/bin/python3", std::filesystem::absolute("agent/supervisor/testdata/fake_collector.py"),
                     lock_.string(), std::to_string(port_), "--config", directory_.collector_config().string()}});
  ASSERT_TRUE(left);
  ASSERT_TRUE(eventually([&] { return collector_pid() == left->pid(); }));
  begin();
  EXPECT_EQ(supervisor_->metrics_endpoint().port, port_);
  EXPECT_TRUE(supervisor_->notes().empty());
  ASSERT_TRUE(eventually([&] { return last(statuses_).state == RemoteConfigState::kApplied; }));
  EXPECT_EQ(last(statuses_).last_hash, stable_hash("one"));
  EXPECT_EQ(collector_pid(), left->pid());
  supervisor_.reset();
  EXPECT_TRUE(left->has_ended());
  left->exit_text();
}

TEST_F(SupervisorTest, TheConfigOfTheLastRunIsStartedWithoutTheControlPlane) {
  supervisor_.reset();
  ASSERT_TRUE(write_file_atomic(directory_.collector_config(), "one"));
  begin();
  EXPECT_TRUE(eventually([&] { return last(statuses_).state == RemoteConfigState::kApplied; }));
  EXPECT_NE(collector_pid(), 0);
}

TEST_F(SupervisorTest, StoppingStopsTheCollector) {
  apply("one");
  outcome("one");
  supervisor_.reset();
  EXPECT_EQ(collector_pid(), 0);
}

TEST_F(SupervisorTest, AForeignPortIsSteppedOverAndSaidSo) {
  supervisor_.reset();
  const auto foreign = http::Server::listen({}, {});
  SupervisorOptions options;
  options.health.port = (*foreign)->port();
  options.metrics.port = port_;
  options.command = {"/bin/true"};
  const auto supervisor = Supervisor::create(options, directory_);
  ASSERT_TRUE(supervisor);
  EXPECT_GT((*supervisor)->health_endpoint().port, options.health.port);
  ASSERT_EQ((*supervisor)->notes().size(), 1u);
  EXPECT_NE((*supervisor)->notes()[0].find("the collector's health check is at"), std::string::npos);
}

TEST_F(SupervisorTest, AStoppedCollectorStaysStoppedUntilItIsAskedFor) {
  apply("first");
  ASSERT_EQ(outcome("first").state, RemoteConfigState::kApplied);
  ASSERT_TRUE(supervisor_->command(contracts::CollectorAction::kStop));
  EXPECT_EQ(collector_pid(), 0);
  apply("second");
  const auto refused = outcome("second");
  EXPECT_EQ(refused.state, RemoteConfigState::kFailed);
  EXPECT_NE(refused.error.find("stopped on request"), std::string::npos) << refused.error;
  EXPECT_EQ(collector_pid(), 0);
  ASSERT_TRUE(supervisor_->command(contracts::CollectorAction::kStart));
  EXPECT_NE(collector_pid(), 0);
}

TEST_F(SupervisorTest, ARestartIsAnotherProcessWithTheSameConfig) {
  apply("first");
  ASSERT_EQ(outcome("first").state, RemoteConfigState::kApplied);
  const auto before = collector_pid();
  ASSERT_TRUE(supervisor_->command(contracts::CollectorAction::kRestart));
  EXPECT_NE(collector_pid(), before);
  ASSERT_TRUE(supervisor_->command(contracts::CollectorAction::kReload));
}

TEST_F(SupervisorTest, WithoutAConfigThereIsNothingToStart) {
  const auto started = supervisor_->command(contracts::CollectorAction::kStart);
  ASSERT_FALSE(started);
  EXPECT_TRUE(started.error().retryable());
}

TEST_F(SupervisorTest, AfterItsEndACommandIsToldSo) {
  supervisor_->end();
  EXPECT_FALSE(supervisor_->command(contracts::CollectorAction::kRestart));
}

}  // namespace
}  // namespace oc::agent
