#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"

namespace oc {
namespace {

using std::chrono::milliseconds;
using Event = SignalWait::Event;

constexpr milliseconds kLongWait{20'000};  // never reached unless something is broken
constexpr milliseconds kNow{0};

class SignalWaitTest : public testing::Test {
 protected:
  void TearDown() override {
    ::unsetenv("ONECOLLECTOR_LIFELINE_FD");
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  static sigset_t current_mask() {
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return mask;
  }
  // To this thread, where the signals are blocked; sanitizers have threads of their own.
  static void raise(int number) { ::pthread_kill(::pthread_self(), number); }

  const sigset_t before_ = current_mask();
};

TEST_F(SignalWaitTest, TimesOut) {
  SignalWait signals;
  EXPECT_EQ(signals.wait(kNow), Event::kTimeout);
}

TEST_F(SignalWaitTest, TellsSignalsApart) {
  SignalWait signals;
  raise(SIGHUP);
  EXPECT_EQ(signals.wait(kLongWait), Event::kReload);
  raise(SIGCHLD);
  EXPECT_EQ(signals.wait(kLongWait), Event::kChild);
  raise(SIGINT);
  EXPECT_EQ(signals.wait(kLongWait), Event::kStop);
  raise(SIGTERM);
  EXPECT_EQ(signals.wait(kLongWait), Event::kStop);
}

TEST_F(SignalWaitTest, LosesNoneOfSeveralPendingEvents) {
  SignalWait signals;
  raise(SIGCHLD);
  raise(SIGHUP);
  raise(SIGTERM);
  signals.request_stop();
  std::multiset<Event> seen;
  for (int i = 0; i < 4; ++i) seen.insert(signals.wait(kLongWait));
  EXPECT_EQ(seen, (std::multiset<Event>{Event::kStop, Event::kStop, Event::kReload, Event::kChild}));
  EXPECT_EQ(signals.wait(kNow), Event::kTimeout);
}

TEST_F(SignalWaitTest, AStopRequestedByAnotherThreadWakesIt) {
  SignalWait signals;
  std::thread other([&] { signals.request_stop(); });
  EXPECT_EQ(signals.wait(kLongWait), Event::kStop);
  other.join();
}

TEST_F(SignalWaitTest, ALostLifelineIsToldOnce) {
  auto lifeline = std::make_unique<Lifeline>(std::move(*Lifeline::create()));
  const int inherited = ::dup(std::atoi(::getenv("ONECOLLECTOR_LIFELINE_FD")));  // as in a child
  ::setenv("ONECOLLECTOR_LIFELINE_FD", std::to_string(inherited).c_str(), 1);
  SignalWait signals;
  EXPECT_EQ(signals.wait(kNow), Event::kTimeout);
  lifeline.reset();
  EXPECT_EQ(signals.wait(kLongWait), Event::kLifelineLost);
  EXPECT_EQ(signals.wait(kNow), Event::kTimeout);
  ::close(inherited);
}

TEST_F(SignalWaitTest, ANonsensicalLifelineVariableIsIgnored) {
  for (const char* text : {"", "x", "-1", "99999", "1", "7x"}) {
    ::setenv("ONECOLLECTOR_LIFELINE_FD", text, 1);
    SignalWait signals;
    EXPECT_EQ(signals.wait(kNow), Event::kTimeout) << text;
  }
}

TEST_F(SignalWaitTest, ChildrenAndGrandchildrenSeeTheEndOfTheLifeline) {
  auto lifeline = std::make_unique<Lifeline>(std::move(*Lifeline::create()));
  // The child starts a grandchild; both block in `read` on the inherited descriptor until it ends.
  const std::string script =
      "fd=$ONECOLLECTOR_LIFELINE_FD; (read line <&$fd; exit 7) & read line <&$fd; wait $!; exit $?";
  const auto pid = spawn({.arguments = {"/bin/bash", "-c", script}, .new_session = true});
  ASSERT_TRUE(pid) << pid.error().text();
  EXPECT_EQ(::waitpid(*pid, nullptr, WNOHANG), 0);
  lifeline.reset();
  int status = 0;
  EXPECT_EQ(::waitpid(*pid, &status, 0), *pid);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

}  // namespace
}  // namespace oc
