// The collector as a process that is killed.
#include "collector/collector.h"

#include <csignal>
#include <random>

#include <fcntl.h>
#include <sys/wait.h>

#include "base/process.h"
#include "collector/collector_harness.h"

namespace oc::collector {
namespace {

using CollectorProcessTest = CollectorTest;

// Not a test by itself: the program of the process that the next test kills.
TEST(CollectorProcess, DISABLED_Runs) {
  SignalWait signals;
  const auto ended = run_collector({std::getenv("ONECOLLECTOR_TEST_CONFIG")}, signals);
  if (!ended) std::fprintf(stderr, "%s\n", ended.error().text().c_str());
}

pid_t start_process(const std::string& config_file) {
  const std::string variable = "ONECOLLECTOR_TEST_CONFIG=" + config_file;
  const char* arguments[] = {"collector_test", "--gtest_also_run_disabled_tests",
                             "--gtest_filter=CollectorProcess.DISABLED_Runs", "--gtest_brief=1", nullptr};
  std::vector<char*> variables;
  for (char** entry = environ; *entry; ++entry) variables.push_back(*entry);
  variables.push_back(const_cast<char*>(variable.c_str()));
  variables.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int log = ::open((config_file + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::execve("/proc/self/exe", const_cast<char**>(arguments), variables.data());
    ::_exit(127);
  }
  return pid;
}

TEST_F(CollectorProcessTest, KillsAtAnyMomentLoseAndDoubleNothing) {
  TestSink sink(true);
  std::mt19937 random(3);
  write_config(
      config(sink, {.receivers = {{"s1", receiver("s1", log_path())}, {"s2", receiver("s2", log_path("2.log"))}}}));
  Writer writer(*this, {log_path(), log_path("2.log")});
  for (int kill = 0; kill < 5; ++kill) {
    const pid_t pid = start_process(config_file_);
    const auto progress = sink.count() + 100 + random() % 1000;
    EXPECT_TRUE(eventually([&] { return sink.count() >= progress; })) << *read_file(config_file_ + ".log");
    std::filesystem::rename(log_path(), log_path(fmt::format("app.log.{}", kill)));  // rotation about the moment
    ::kill(pid, SIGKILL);
    ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
  }
  const int written = writer.finish();
  const pid_t pid = start_process(config_file_);
  expect_all(sink, written);
  ::kill(pid, SIGTERM);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << *read_file(config_file_ + ".log");
}

}  // namespace
}  // namespace oc::collector
