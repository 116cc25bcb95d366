// The verifier's thread with a store over real HTTP: who waits is answered, or told why not.
#include "control_plane/verification/verifier.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/registry/test_sources.h"
#include "control_plane/verification/fake_loki.h"

namespace oc::control_plane {
namespace {

using testing::HasSubstr;

class VerifierTest : public testing::Test {
 protected:
  VerifierTest() {
    const auto url = *http::Url::parse(loki_.url());
    config_.listen.logs.port = url.port;
    agent_.agent_id = "agent-1";
    agent_.host_name = "web-1";
    agent_.connected = true;
    fleet_.set_agent(agent_);
    auto probe = test_source("probe", "onecollector-probe");
    probe.source_type = model::SourceType::kProbe;
    fleet_.update_sources("agent-1", {{"probe", probe}, {"a", test_source("a")}}, {"probe", "a"}, {});
    fleet_.set_rendered({{"probe", {1, "onecollector-probe"}}, {"a", {1, "a"}}});
    loki_.show_probe(std::map<std::string, std::string>{
        {"service_name", "onecollector-probe"}, {"host_name", "web-1"}, {"source_id", "probe"}});
    verifier_.emplace(Verifier::Parts{config_, "", fleet_, board_, metrics_});
    verifier_->start([this](const std::string& agent_id, const std::string& test_id) {
      if (agent_writes_) verifier_->probe_written(agent_id, {test_id, system_clock().wall_ns(), ""});
    });
    tell("probe", 0);
  }
  void apply(std::int64_t version) {
    agent_.config_version = agent_.applied_version = version;
    agent_.config_state = ConfigState::kApplied;
    fleet_.set_agent(agent_);
    verifier_->config_settled("agent-1");
  }
  void tell(const std::string& id, std::uint64_t bytes) {
    const std::vector<contracts::LedgerEntry> entries = {{id, bytes, 0, bytes, 0}};
    fleet_.set_ledger("agent-1", entries);
    verifier_->ledger_moved(entries);
  }

  FakeLoki loki_;
  contracts::Config config_;
  FleetState fleet_;
  VerificationBoard board_;
  MetricRegistry metrics_;
  AgentFacts agent_;
  std::atomic<bool> agent_writes_ = true;
  std::optional<Verifier> verifier_;
};

TEST_F(VerifierTest, AChangeIsProvenFromApplyToStore) {
  auto proof = std::async(std::launch::async, [&] { return verifier_->prove_change({"agent-1", 1}); });
  apply(1);
  loki_.hold("a", 100);
  tell("a", 100);
  const auto answer = proof.get();
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->state, ChangeState::kDelivered) << answer->reason;
  EXPECT_EQ(answer->records, 10u);
  EXPECT_EQ(to_json(*answer)["state"], "delivered");
}

TEST_F(VerifierTest, AskingAgainIsAnsweredAgain) {
  apply(1);
  tell("a", 0);
  for (int i = 0; i < 2; ++i) {
    const auto answer = verifier_->prove_change({"agent-1", 1});
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->state, ChangeState::kUnproven) << answer->reason;
  }
}

TEST_F(VerifierTest, WhoStopsWaitingIsLetGo) {
  std::stop_source stop;
  auto proof =
      std::async(std::launch::async, [&] { return verifier_->prove_change({"agent-1", 7}, stop.get_token()); });
  stop.request_stop();
  const auto answer = proof.get();
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().retryable());
}

TEST_F(VerifierTest, WhenItStopsWhoWaitsIsTold) {
  agent_writes_ = false;
  apply(1);
  auto proof = std::async(std::launch::async, [&] { return verifier_->prove_change({"agent-1", 1}); });
  verifier_->stop();
  const auto answer = proof.get();
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("stopping"));
  EXPECT_FALSE(verifier_->prove_change({"agent-1", 1}));
}

}  // namespace
}  // namespace oc::control_plane
