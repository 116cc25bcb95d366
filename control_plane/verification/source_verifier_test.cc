#include "control_plane/verification/source_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/alerting/memory_event_bus.h"
#include "control_plane/registry/test_sources.h"
#include "control_plane/verification/fake_loki.h"

namespace oc::control_plane {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// Time stands still but when a test moves it; the store is asked over real HTTP.
class SourceVerifierTest : public testing::Test {
 protected:
  explicit SourceVerifierTest(bool watermarks = true)
      : client_(loki_.url(), ""),
        verifier_({client_, watermarks, fleet_, board_, metrics_, clock_, &bus_}, clock_.steady()) {
    agent_.agent_id = "agent-1";
    agent_.host_name = "web-1";
    agent_.connected = true;
    agent_.config_version = 1;
    agent_.config_state = ConfigState::kApplied;
    agent_.applied_version = 1;
    fleet_.set_agent(agent_);
    board_.set_store({loki_.url(), watermarks, true});
  }
  void add_source(const std::string& id, std::int64_t config_version = 1) {
    sources_[id] = test_source(id);
    fleet_.update_sources("agent-1", sources_, {id}, {});
    fleet_.set_rendered({{id, {config_version, "svc-" + id}}});
    verifier_.look_again(clock_.steady());
  }
  void ledger(const std::string& id, std::uint64_t bytes) {
    const contracts::LedgerEntry entry{id, bytes, 0, bytes, 0};
    fleet_.set_ledger("agent-1", {entry});
    verifier_.note_ledger(entry, clock_.steady());
  }
  void collector(const std::string& id, std::uint64_t acknowledged, const std::string& error = {}) {
    contracts::CollectorSourceReport report;
    report.read_bytes = 1;
    report.acknowledged_offset = acknowledged;
    report.acknowledged = acknowledged / 10;
    report.last_error = error;
    collector(id, report);
  }
  void collector(const std::string& id, contracts::CollectorSourceReport report) {
    report.source_id = id;
    fleet_.set_collector("agent-1", {{report}});
    verifier_.look_at_open(clock_.steady());
  }
  // Lets time pass; whatever comes due is done, and what the store answered is noted as the verifier's thread does.
  void pass(std::chrono::milliseconds time) {
    const auto end = clock_.steady() + time;
    while (true) {
      const auto due = std::min(verifier_.next_due().value_or(end), end);
      if (due > clock_.steady()) clock_.advance(due - clock_.steady());
      if (const auto asked = verifier_.step(clock_.steady()))
        board_.set_store({loki_.url(), true, asked->has_value(), true, *asked ? "" : asked->error().message});
      else if (due >= end)
        return;
    }
  }
  SourceVerification state(const std::string& id) { return board_.source(id).value_or(SourceVerification{}); }

  FakeLoki loki_;
  ManualClock clock_{1'000'000'000'000};
  FleetState fleet_;
  VerificationBoard board_;
  MetricRegistry metrics_;
  MemoryEventBus bus_;
  AgentFacts agent_;
  std::map<std::string, model::DiscoveredLogSource> sources_;
  LogStoreClient client_;
  SourceVerifier verifier_;
};

TEST_F(SourceVerifierTest, WhatTheStoreHoldsIsVerified) {
  add_source("a");
  ledger("a", 12040);
  EXPECT_EQ(state("a").state, ProofState::kWaiting);
  loki_.hold("a", 12040);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kVerified);
  EXPECT_THAT(state("a").reason, HasSubstr("delivered 1,204 lines, "));
  EXPECT_TRUE(state("a").latency_ms && state("a").verified_at_ns);
}

TEST_F(SourceVerifierTest, AFileWithoutALineIsIdle) {
  add_source("a");
  ledger("a", 0);
  EXPECT_EQ(state("a").state, ProofState::kIdle);
  EXPECT_EQ(state("a").reason, "idle: nothing written yet");
}

TEST_F(SourceVerifierTest, AWatermarkThatIsShortIsNotDeliveredAfter30Seconds) {
  add_source("a");
  loki_.hold("a", 90);
  ledger("a", 100);
  collector("a", 100);
  pass(seconds(29));
  EXPECT_EQ(state("a").state, ProofState::kWaiting);
  pass(seconds(2));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  EXPECT_THAT(state("a").reason, HasSubstr("stored: the store"));
  loki_.hold("a", 100);
  pass(seconds(6));
  EXPECT_EQ(state("a").state, ProofState::kVerified);
}

TEST_F(SourceVerifierTest, TheFirstBrokenLinkIsNamed) {
  add_source("unread");
  ledger("unread", 100);
  add_source("stuck");
  ledger("stuck", 100);
  collector("stuck", 0, "429 too many requests");
  add_source("nowhere", 0);
  ledger("nowhere", 100);
  add_source("unseen");
  pass(seconds(31));
  EXPECT_EQ(state("unread").reason, "read: the collector has not read it");
  EXPECT_EQ(state("stuck").reason, "sent: sink refusing: 429 too many requests");
  EXPECT_EQ(state("nowhere").reason, "rendered: in no config yet");
  EXPECT_EQ(state("unseen").reason, "read: the agent has not said how far the file has grown");
}

TEST_F(SourceVerifierTest, AConfigThatWasRefusedRefusesItsSourcesAtOnce) {
  agent_.config_state = ConfigState::kFailed;
  agent_.config_error = "file_log/a: no such key";
  agent_.applied_version = 0;
  fleet_.set_agent(agent_);
  add_source("a");
  ledger("a", 100);
  EXPECT_EQ(state("a").state, ProofState::kRefused);
  EXPECT_EQ(state("a").reason, "collector refused: file_log/a: no such key");
}

TEST_F(SourceVerifierTest, AnUnreachableStoreIsNamed) {
  loki_.close();
  add_source("a");
  ledger("a", 100);
  collector("a", 100);
  pass(seconds(31));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  EXPECT_THAT(state("a").reason, HasSubstr("unreachable"));
  loki_.reopen();
  loki_.hold("a", 100);
  pass(seconds(6));
  EXPECT_EQ(state("a").state, ProofState::kVerified);
}

TEST_F(SourceVerifierTest, WhatTheStoreLosesLaterIsNoticedWithinTheNextCheck) {
  add_source("a");
  loki_.hold("a", 100);
  ledger("a", 100);
  pass(seconds(1));
  ASSERT_EQ(state("a").state, ProofState::kVerified);
  loki_.lose_all();
  pass(seconds(60));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  EXPECT_THAT(state("a").reason, HasSubstr("not delivered since"));
}

TEST_F(SourceVerifierTest, AStoreThatDiesLaterTurnsItsSourcesWithinAMinuteAndTheyAreLateWhenItIsBack) {
  add_source("a");
  loki_.hold("a", 100);
  ledger("a", 100);
  pass(seconds(1));
  ASSERT_EQ(state("a").state, ProofState::kVerified);
  loki_.close();
  pass(seconds(60));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  EXPECT_THAT(state("a").reason, HasSubstr("unreachable"));
  pass(seconds(1));
  ASSERT_EQ(bus_.all("source_not_delivered").size(), 1u);
  EXPECT_EQ(bus_.all("source_not_delivered")[0].subject, "a");
  pass(seconds(600));
  loki_.reopen();
  pass(seconds(6));
  EXPECT_EQ(state("a").state, ProofState::kVerified);
  EXPECT_THAT(state("a").reason, HasSubstr("delivered 10 lines, was late by 10 min"));
  pass(seconds(10));
  EXPECT_EQ(bus_.all("source_delivered").size(), 1u);
}

TEST_F(SourceVerifierTest, ASourceThatGoesWhileItFailsIsOver) {
  add_source("a");
  ledger("a", 100);
  pass(seconds(33));
  ASSERT_EQ(bus_.all("source_not_delivered").size(), 1u);
  fleet_.update_sources("agent-1", {}, {}, {"a"});
  verifier_.look_again(clock_.steady());
  pass(seconds(11));
  EXPECT_EQ(bus_.all("source_delivered").size(), 1u);
}

TEST_F(SourceVerifierTest, WhatAFilterLeftOutIsSaidAndNoTrouble) {
  add_source("a");
  collector("a", {.read_bytes = 9000,
                  .emitted = 1000,
                  .acknowledged = 900,
                  .acknowledged_offset = 9000,
                  .dropped = {{"filter/noise", 100}}});
  loki_.hold("a", 9000);
  ledger("a", 9000);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kVerified);
  EXPECT_THAT(state("a").reason, HasSubstr("delivered 900 of 1,000 lines, 100 left out by filter/noise, "));
}

TEST_F(SourceVerifierTest, WhatTheSinkRefusedForGoodIsRefused) {
  add_source("a");
  ledger("a", 100);
  collector(
      "a",
      {.read_bytes = 100, .emitted = 10, .acknowledged_offset = 100, .dropped = {{"the sink answered 400: no", 10}}});
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kRefused);
  EXPECT_EQ(state("a").reason, "10 refused: the sink answered 400: no");
}

TEST_F(SourceVerifierTest, LinesThatAreTooOldForTheStoreAreAStateOfTheirOwn) {
  add_source("a");
  ledger("a", 100);
  collector("a", {.read_bytes = 100,
                  .emitted = 10,
                  .acknowledged_offset = 100,
                  .dropped = {{"the sink answered 400: timestamp too old", 10}}});
  pass(seconds(40));
  EXPECT_EQ(state("a").state, ProofState::kTooOld);
  EXPECT_EQ(state("a").reason, "10 refused by the store: too old");
}

TEST_F(SourceVerifierTest, BytesReadButNothingEmittedIsTheBrokenLink) {
  add_source("a");
  ledger("a", 5000);
  collector("a", {.read_bytes = 5000, .acknowledged_offset = 5000});
  pass(seconds(31));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  EXPECT_EQ(state("a").reason, "read: 5,000 bytes read but nothing emitted");
}

TEST_F(SourceVerifierTest, WhenAllIsProvenTheStoreIsLeftAlone) {
  for (const auto* id : {"a", "b", "c"}) {
    add_source(id);
    loki_.hold(id, 100);
    ledger(id, 100);
  }
  pass(seconds(1));
  const auto requests = loki_.watermark_requests();
  EXPECT_EQ(requests, 1u) << "one request for all of them";
  pass(seconds(50));
  EXPECT_EQ(loki_.watermark_requests(), requests);
  pass(seconds(10));
  EXPECT_EQ(loki_.watermark_requests(), requests + 1);
}

TEST_F(SourceVerifierTest, ASourceThatGrowsStaysVerifiedWhileItIsBeingDelivered) {
  add_source("a");
  loki_.hold("a", 100);
  ledger("a", 100);
  pass(seconds(1));
  ledger("a", 200);
  EXPECT_EQ(state("a").state, ProofState::kVerified);
  pass(seconds(31));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
}

TEST_F(SourceVerifierTest, ASourceThatWentIsTakenOffTheBoard) {
  add_source("a");
  ledger("a", 0);
  fleet_.update_sources("agent-1", {}, {}, {"a"});
  verifier_.look_again(clock_.steady());
  EXPECT_FALSE(board_.source("a"));
}

class CountedSourceTest : public SourceVerifierTest {
 protected:
  CountedSourceTest() : SourceVerifierTest(false) {}
};

TEST_F(CountedSourceTest, AStoreWithoutWatermarksIsCountedAndTheReasonSaysSo) {
  add_source("a");
  loki_.hold("a", 100);
  ledger("a", 100);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kWaiting) << "the collector has not been acknowledged";
  collector("a", 100);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  EXPECT_THAT(state("a").reason, HasSubstr("the store counts 10 lines of the last 24 h (counted, not compared)"));
}

TEST_F(CountedSourceTest, ItIsCountedUnderTheServiceNameThatPeopleGaveIt) {
  add_source("a");
  fleet_.set_rendered({{"a", {1, "checkout"}}});
  verifier_.look_again(clock_.steady());
  collector("a", 100);
  ledger("a", 100);
  pass(std::chrono::milliseconds(100));
  EXPECT_THAT(loki_.last_count_query(), HasSubstr("{service_name=~\"checkout\"}"));
}

TEST_F(CountedSourceTest, ADifferenceCountsOnlyIfItOutlives30Seconds) {
  add_source("a");
  loki_.count("a", 10);
  ledger("a", 100);
  collector("a", 100);
  pass(seconds(1));
  ASSERT_EQ(state("a").state, ProofState::kCounted);
  ledger("a", 200);
  collector("a", 200);
  loki_.count("a", 17);
  pass(seconds(29));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  pass(seconds(60));
  EXPECT_EQ(state("a").state, ProofState::kMerged);
  EXPECT_EQ(state("a").reason,
            "identical lines merged by the store: it counts 7 of the last 10 lines that it acknowledged");
  loki_.count("a", 20);
  pass(seconds(60));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  EXPECT_THAT(state("a").reason, HasSubstr("10 of the last 10 acknowledged"));
}

TEST_F(CountedSourceTest, AStoreThatHasNothingOfWhatItAcknowledgedHasLostIt) {
  add_source("a");
  loki_.count("a", 10);
  ledger("a", 100);
  collector("a", 100);
  pass(seconds(1));
  ledger("a", 200);
  collector("a", 200);
  pass(seconds(90));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  EXPECT_EQ(state("a").reason, "stored: the store counts none of the last 10 lines that it acknowledged");
}

TEST_F(CountedSourceTest, TheWindowOfCountsOnlyGrowsSoThatWhatLeavesItHidesNothing) {
  add_source("a");
  loki_.count("a", 10);
  ledger("a", 100);
  collector("a", 100);
  pass(seconds(1));
  EXPECT_THAT(loki_.last_count_query(), HasSubstr("[8640"));
  pass(seconds(600));
  EXPECT_THAT(loki_.last_count_query(), HasSubstr("[869"));
  pass(seconds(3600));
  EXPECT_THAT(loki_.last_count_query(), HasSubstr("[86")) << "it began anew";
}

TEST_F(CountedSourceTest, ASinkThatCannotBeAskedEndsTheProofAtItsAcknowledgement) {
  loki_.forget_how_to_answer();
  add_source("a");
  ledger("a", 100);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kWaiting);
  collector("a", 100);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kAcknowledged);
  EXPECT_THAT(state("a").reason, HasSubstr("acknowledged to byte 100 by a sink that cannot be asked"));
  EXPECT_FALSE(verifier_.store_queryable());
  collector("a", {.acknowledged_offset = 100});
  pass(seconds(70));
  EXPECT_EQ(state("a").state, ProofState::kAcknowledged) << "a collector that was started again counts from 0";
}

// An official collector tells what it accepted of each source, and nothing of bytes.
class OfficialSourceTest : public SourceVerifierTest {
 protected:
  OfficialSourceTest() {
    agent_.collector.kind = "official";
    fleet_.set_agent(agent_);
  }
  void accepted(const std::string& id, std::uint64_t records, const std::string& error = {}) {
    collector(id, contracts::CollectorSourceReport{.emitted = records, .last_error = error});
  }
};

TEST_F(OfficialSourceTest, ItIsCountedAlsoWhereTheStoreKnowsBytes) {
  add_source("a");
  ledger("a", 100);
  accepted("a", 10);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kWaiting);
  loki_.count("a", 10);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  EXPECT_THAT(state("a").reason, HasSubstr("the store counts 10 of 10 lines that the collector accepted"));
  EXPECT_EQ(loki_.watermark_requests(), 0u);
}

TEST_F(OfficialSourceTest, SourcesOfANativeAgentBesideItAreComparedByTheirBytes) {
  add_source("a");
  AgentFacts other = agent_;
  other.agent_id = "agent-2";
  other.collector.kind = "native";
  fleet_.set_agent(other);
  fleet_.update_sources("agent-2", {{"b", test_source("b")}}, {"b"}, {});
  fleet_.set_rendered({{"b", {1, "svc-b"}}});
  verifier_.look_again(clock_.steady());
  ledger("a", 100);
  const contracts::LedgerEntry entry{"b", 100, 0, 100, 0};
  fleet_.set_ledger("agent-2", {entry});
  verifier_.note_ledger(entry, clock_.steady());
  accepted("a", 10);
  loki_.count("a", 10);
  loki_.hold("b", 100);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  EXPECT_EQ(state("b").state, ProofState::kVerified);
  EXPECT_EQ(loki_.last_count_query().find("svc-b"), std::string::npos);
}

TEST_F(OfficialSourceTest, ADifferenceThatOutlives30SecondsIsNotDelivered) {
  add_source("a");
  ledger("a", 100);
  accepted("a", 10);
  loki_.count("a", 10);
  pass(seconds(1));
  ledger("a", 200);
  accepted("a", 20);
  loki_.count("a", 19);
  pass(seconds(29));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  pass(seconds(7));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  EXPECT_THAT(state("a").reason, HasSubstr("stored: the store"));
  loki_.count("a", 20);
  pass(seconds(6));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
}

TEST_F(OfficialSourceTest, AFileThatGrowsWithoutBeingReadIsNotDelivered) {
  add_source("a");
  ledger("a", 100);
  accepted("a", 10);
  loki_.count("a", 10);
  pass(seconds(20));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  ledger("a", 200);
  pass(seconds(37));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  EXPECT_THAT(state("a").reason, HasSubstr("read: the collector has accepted nothing of it since it grew"));
}

TEST_F(OfficialSourceTest, WhatAnEarlierCollectorLeftOffIsProvenByWhatTheStoreHas) {
  loki_.count("a", 10);
  add_source("a");
  ledger("a", 100);
  pass(seconds(4));
  EXPECT_EQ(state("a").state, ProofState::kWaiting);
  pass(seconds(3));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  EXPECT_THAT(state("a").reason, HasSubstr("nothing new since the collector was started, 10 lines of the last 24 h"));
}

TEST_F(OfficialSourceTest, AReloadThatBeginsToCountAnewLosesNothingOfTheComparison) {
  add_source("a");
  ledger("a", 100);
  accepted("a", 10);
  loki_.count("a", 10);
  pass(seconds(1));
  accepted("a", 0);
  ledger("a", 110);
  accepted("a", 1);
  pass(seconds(20));
  EXPECT_EQ(loki_.watermark_requests(), 0u);
  pass(seconds(17));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  loki_.count("a", 11);
  pass(seconds(6));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
}

TEST_F(OfficialSourceTest, WhatFiltersLeftOutOfAllSourcesExplainsWhatIsMissing) {
  add_source("a");
  add_source("b");
  ledger("a", 100);
  ledger("b", 100);
  accepted("b", 10);
  fleet_.set_collector("agent-1", {{{.source_id = "a", .emitted = 10}}, {{"filter/noise", 6}}});
  loki_.count("a", 4);
  loki_.count("b", 10);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  EXPECT_THAT(state("a").reason, HasSubstr("counts 4 of 10 lines that the collector accepted, and of all its sources "
                                           "together 6 left out by filter/noise"));
  EXPECT_THAT(state("b").reason, HasSubstr("counts 10 of 10 lines that the collector accepted, 10 of"));
  pass(seconds(120));
  EXPECT_EQ(state("a").state, ProofState::kCounted);
  loki_.count("b", 9);  // one more than filters took
  pass(seconds(120));
  EXPECT_EQ(state("b").state, ProofState::kNotDelivered);
}

TEST_F(OfficialSourceTest, AnExporterThatComplainsIsTheBrokenLink) {
  add_source("a");
  ledger("a", 100);
  accepted("a", 10, "otlp_http/logs: connection refused");
  pass(seconds(31));
  EXPECT_EQ(state("a").state, ProofState::kNotDelivered);
  EXPECT_THAT(state("a").reason, HasSubstr("sent: sink refusing: otlp_http/logs: connection refused"));
}

TEST_F(OfficialSourceTest, ASinkThatCannotBeAskedEndsTheProofAtWhatWasAccepted) {
  loki_.forget_how_to_answer();
  add_source("a");
  ledger("a", 100);
  accepted("a", 10);
  pass(seconds(1));
  EXPECT_EQ(state("a").state, ProofState::kAcknowledged);
  EXPECT_THAT(state("a").reason, HasSubstr("10 lines accepted by the collector"));
}

}  // namespace
}  // namespace oc::control_plane
