#include "control_plane/agent_manager/agent_requests.h"

#include <thread>

#include <gtest/gtest.h>

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLong{10'000};

TEST(AgentRequests, TheAskerGetsTheAgentsResult) {
  AgentRequests requests;
  requests.open("agent", "question");
  std::thread agent([&] { requests.answered("agent", {"question", "", false, Json{{"ok", true}}}); });
  const auto answer = requests.wait("question", kLong, {});
  agent.join();
  ASSERT_TRUE(answer);
  EXPECT_TRUE((*answer)["ok"].get<bool>());
}

TEST(AgentRequests, ItsErrorStaysRetryableOrPermanent) {
  AgentRequests requests;
  requests.open("agent", "busy");
  requests.open("agent", "never");
  requests.answered("agent", {"busy", "busy with others", true});
  requests.answered("agent", {"never", "no such program", false});
  EXPECT_TRUE(requests.wait("busy", kLong, {}).error().retryable());
  EXPECT_FALSE(requests.wait("never", kLong, {}).error().retryable());
}

TEST(AgentRequests, AnAgentThatIsLostAnswersNothingMore) {
  AgentRequests requests;
  requests.open("lost", "question");
  requests.agent_lost("other");
  requests.agent_lost("lost");
  EXPECT_EQ(requests.wait("question", kLong, {}).error().message, "the agent has disconnected");
}

TEST(AgentRequests, WaitingEndsWithTheTimeAndWithAStop) {
  AgentRequests requests;
  requests.open("agent", "late");
  EXPECT_FALSE(requests.wait("late", milliseconds(1), {}));
  std::stop_source stop;
  stop.request_stop();
  requests.open("agent", "stopped");
  EXPECT_FALSE(requests.wait("stopped", kLong, stop.get_token()));
  requests.answered("agent", {"late"});  // nobody is there for it
}

TEST(AgentRequests, AnotherAgentCannotAnswer) {
  AgentRequests requests;
  requests.open("agent", "question");
  requests.answered("impostor", {"question"});
  EXPECT_FALSE(requests.wait("question", milliseconds(1), {}));
}

}  // namespace
}  // namespace oc::control_plane
