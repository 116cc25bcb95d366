#include "control_plane/verification/probe_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/registry/test_sources.h"
#include "control_plane/verification/fake_loki.h"

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using Labels = std::map<std::string, std::string>;

class ProbeRunnerTest : public testing::Test {
 protected:
  ProbeRunnerTest() {
    AgentFacts agent;
    agent.agent_id = "agent-1";
    agent.host_name = "web-1";
    fleet_.set_agent(agent);
    auto source = test_source("probe-id", "onecollector-probe");
    source.source_type = model::SourceType::kProbe;
    fleet_.update_sources("agent-1", {{"probe-id", source}}, {"probe-id"}, {});
  }
  void start() { probes_.start("agent-1", clock_.steady()); }
  void write(const std::string& error = {}) {
    probes_.written("agent-1", {sent_, clock_.wall_ns(), error}, clock_.steady());
  }
  void pass(milliseconds time) {
    const auto end = clock_.steady() + time;
    while (clock_.steady() < end && !result_) {
      clock_.advance(milliseconds(5));
      probes_.step(clock_.steady());
    }
  }

  FakeLoki loki_;
  LogStoreClient client_{loki_.url(), ""};
  ManualClock clock_{1'000'000'000'000};
  FleetState fleet_;
  MetricRegistry metrics_;
  std::string sent_;
  std::optional<model::VerificationResult> result_;
  ProbeRunner probes_{{client_, fleet_, metrics_, clock_, [this](const auto&, const auto& id) { sent_ = id; },
                       [this](const auto&, const auto& result) { result_ = result; }, milliseconds(2'000)}};
};

TEST_F(ProbeRunnerTest, ALineThatIsFoundIsTimedAndItsLabelsCompared) {
  start();
  write();
  loki_.show_probe(Labels{{"service_name", "onecollector-probe"}, {"host_name", "web-1"}, {"source_id", "probe-id"}});
  pass(seconds(1));
  ASSERT_TRUE(result_);
  EXPECT_TRUE(result_->log_found);
  EXPECT_TRUE(result_->labels_correct) << result_->reason;
  EXPECT_DOUBLE_EQ(result_->latency_seconds, 0.005);
  EXPECT_EQ(loki_.last_probe_query(), "{service_name=\"onecollector-probe\"} |= \"" + sent_ + "\"");
}

TEST_F(ProbeRunnerTest, WrongLabelsAreFoundOut) {
  start();
  write();
  loki_.show_probe(Labels{{"service_name", "onecollector-probe"}, {"host_name", "other"}, {"source_id", "probe-id"}});
  pass(seconds(1));
  ASSERT_TRUE(result_);
  EXPECT_TRUE(result_->log_found);
  EXPECT_FALSE(result_->labels_correct);
  EXPECT_EQ(result_->reason, "label host_name is \"other\", registered is \"web-1\"");
}

TEST_F(ProbeRunnerTest, ALineThatDoesNotComeFailsAtTheLimit) {
  start();
  write();
  pass(seconds(3));
  ASSERT_TRUE(result_);
  EXPECT_FALSE(result_->log_found);
  EXPECT_THAT(result_->reason, HasSubstr("the store does not have it"));
}

TEST_F(ProbeRunnerTest, AnUnreachableStoreIsTheReason) {
  loki_.close();
  start();
  write();
  pass(seconds(3));
  ASSERT_TRUE(result_);
  EXPECT_THAT(result_->reason, HasSubstr("store unreachable"));
}

TEST_F(ProbeRunnerTest, AnAgentThatDoesNotWriteOrCannotIsTheReason) {
  start();
  pass(seconds(3));
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->reason, "the agent did not write the probe line");
  result_.reset();
  start();
  write("No space left on device");
  ASSERT_TRUE(result_);
  EXPECT_THAT(result_->reason, HasSubstr("No space left on device"));
}

TEST_F(ProbeRunnerTest, OneProbeAtATimeForAnAgent) {
  start();
  const auto first = sent_;
  start();
  EXPECT_EQ(sent_, first);
}

TEST(LogStoreClient, ValuesCannotBreakOutOfAQuery) {
  EXPECT_EQ(logql_string("a\"} or \\"), "\"a\\\"} or \\\\\"");
  EXPECT_EQ(logql_regex_literal("a.b|c"), "a\\.b\\|c");
}

}  // namespace
}  // namespace oc::control_plane
