#include "base/process.h"

#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/temporary_directory.h"

namespace oc {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr milliseconds kLong{20'000};  // never reached unless something is broken

SpawnOptions shell(const std::string& script) { return {.arguments = {"/bin/sh", "-c", script}}; }

std::string output_of(const SpawnOptions& options) {
  const auto result = run(options, kLong);
  return result ? result->output : "error: " + result.error().text();
}

int exit_code_of(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(Run, CollectsOutputAndExitCode) {
  const auto result = run(shell("echo out; echo err >&2; exit 3"), kLong);
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->output, "out\nerr\n");
  EXPECT_EQ(result->exit_code, 3);
}

TEST(Run, ReportsTheSignalThatKilledTheChild) {
  const auto result = run(shell("kill -9 $$"), kLong);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 128 + SIGKILL);
}

TEST(Run, TheChildHasTheGivenDescriptorsAndNoOthers) {
  const auto given = open_file("/dev/null", O_RDONLY | O_CLOEXEC), other = open_file("/dev/zero", O_RDONLY);
  ASSERT_TRUE(given && other);
  auto options = shell("readlink /proc/$$/fd/" + std::to_string(given->get()) + "; readlink /proc/$$/fd/" +
                       std::to_string(other->get()) + " || echo closed");
  options.descriptors = {given->get()};
  EXPECT_EQ(output_of(options), "/dev/null\nclosed\n");
}

TEST(Run, KillsTheChildAndWhatItStartedAfterTheTimeout) {
  const TemporaryDirectory directory;
  const auto file = directory / "pid";
  const auto result = run(shell("sleep 1000 & echo $! > " + file.string() + "; wait"), milliseconds(300));
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().retryable());
  EXPECT_THAT(result.error().message, HasSubstr("did not end within 300 ms"));
  const auto grandchild = std::stoi(read_file(file).value_or("0"));
  ASSERT_GT(grandchild, 0);
  while (process_is_alive(grandchild)) std::this_thread::yield();  // the kill is on its way
}

TEST(Run, DoesNotWaitForAGrandchildThatKeepsTheOutputOpen) {
  const auto result = run(shell("sleep 3 & echo done"), kLong);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "done\n");
}

TEST(Run, KeepsAtMostOneMebibyteOfOutput) {
  const auto result = run(shell("head -c 3000000 /dev/zero"), kLong);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output.size(), 1 << 20);
  EXPECT_EQ(result->exit_code, 0);
}

TEST(Spawn, AProgramThatDoesNotExistIsAnErrorHere) {
  const auto pid = spawn({.arguments = {"/no/such/program"}});
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().message, "start /no/such/program: No such file or directory");
  EXPECT_FALSE(pid.error().retryable());
  EXPECT_FALSE(spawn({}));
}

TEST(Spawn, AppendsOutputToTheLogFile) {
  const TemporaryDirectory directory;
  const auto log = directory / "log";
  ASSERT_TRUE(write_file_atomic(log, "before\n"));
  auto options = shell("echo out; echo err >&2");
  options.log_file = log;
  const auto pid = spawn(options);
  ASSERT_TRUE(pid) << pid.error().text();
  EXPECT_EQ(exit_code_of(*pid), 0);
  EXPECT_EQ(read_file(log).value_or(""), "before\nout\nerr\n");
}

TEST(Spawn, AddsToTheEnvironmentAndReplacesWhatHasTheSameName) {
  ::setenv("OC_TEST_KEPT", "kept", 1);
  ::setenv("OC_TEST_REPLACED", "old", 1);
  auto options = shell("echo $OC_TEST_KEPT $OC_TEST_REPLACED");
  options.environment = {"OC_TEST_REPLACED=new"};
  EXPECT_EQ(output_of(options), "kept new\n");
}

TEST(Spawn, TheChildInheritsNoDescriptors) {
  const UniqueFd leaky(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC on purpose
  ASSERT_TRUE(leaky);
  EXPECT_EQ(output_of(shell("test -e /proc/self/fd/" + std::to_string(leaky.get()) + " && echo leaked || echo closed")),
            "closed\n");
}

TEST(Spawn, TheChildStartsWithDefaultSignals) {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t term, before;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &term, &before);
  EXPECT_THAT(output_of(shell("grep -E 'SigBlk|SigIgn' /proc/self/status")),
              testing::AllOf(HasSubstr("SigBlk:\t0000000000000000"), HasSubstr("SigIgn:\t0000000000000000")));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST(Spawn, ANewSessionIsItsOwnLeader) {
  auto options = shell("test $(cut -d' ' -f6 /proc/$$/stat) = $$");
  options.new_session = true;
  const auto pid = spawn(options);
  ASSERT_TRUE(pid);
  EXPECT_EQ(exit_code_of(*pid), 0);
}

TEST(Spawn, AChildThatEndsWithItsStarterIsToldWhenTheStarterEnds) {
  auto options = shell("trap 'exit 7' TERM; while :; do sleep 0.01; done");
  options.ends_with_its_starter = true;
  Result<pid_t> pid = permanent("not started");
  std::thread([&] { pid = spawn(options); }).join();
  ASSERT_TRUE(pid);
  EXPECT_THAT(exit_code_of(*pid), testing::AnyOf(7, 128 + SIGTERM));  // SIGTERM may come before the trap
}

constexpr uid_t kNobody = 65534;

TEST(Spawn, DropsToAUserWithoutAnyRightsOfRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  auto options = shell("id -u; id -g; id -G; grep CapEff /proc/self/status");
  options.user = kNobody;
  EXPECT_EQ(output_of(options), "65534\n65534\n65534\nCapEff:\t0000000000000000\n");
}

TEST(Spawn, MayKeepTheRightToReadEverythingAndNothingElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const TemporaryDirectory directory;
  ASSERT_TRUE(write_file_atomic(directory / "secret", "readable\n", 0600));
  auto options = shell("cat " + (directory / "secret").string() + "; grep CapEff /proc/self/status");
  options.user = kNobody;
  EXPECT_THAT(output_of(options), HasSubstr("ermission denied"));
  options.capabilities = kReadEverything;
  EXPECT_EQ(output_of(options), "readable\nCapEff:\t0000000000000004\n");
}

TEST(ProcessIsAlive, AZombieIsNotAlive) {
  const auto pid = spawn(shell("exit 0"));
  ASSERT_TRUE(pid);
  siginfo_t info;
  ASSERT_EQ(::waitid(P_PID, *pid, &info, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(process_is_alive(*pid));
  exit_code_of(*pid);
  EXPECT_FALSE(process_is_alive(*pid));
  EXPECT_TRUE(process_is_alive(::getpid()));
  EXPECT_FALSE(process_is_alive(0));
}

TEST(OwnExecutable, IsThisProgram) { EXPECT_THAT(own_executable(), testing::EndsWith("/base_test")); }

}  // namespace
}  // namespace oc
