// What decides between promoting a config and taking it back, as specification: time stands still but when a test moves
// it, the store is asked over real HTTP.
#include "control_plane/verification/change_proofs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/registry/test_sources.h"
#include "control_plane/verification/fake_loki.h"

namespace oc::control_plane {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class ChangeProofsTest : public testing::Test {
 protected:
  explicit ChangeProofsTest(bool watermarks = true)
      : sources_verifier_({client_, watermarks, fleet_, board_, metrics_, clock_}, clock_.steady()) {
    agent_.agent_id = "agent-1";
    agent_.host_name = "web-1";
    agent_.connected = true;
    agent_.config_version = agent_.applied_version = 1;
    agent_.config_state = ConfigState::kApplied;
    sources_["probe"] = test_source("probe", "onecollector-probe");
    sources_["probe"].source_type = model::SourceType::kProbe;
    sources_["a"] = test_source("a");
    sources_["b"] = test_source("b");
    fleet_.update_sources("agent-1", sources_, {"probe", "a", "b"}, {});
    fleet_.set_rendered({{"probe", {1, "onecollector-probe"}}, {"a", {1, "a"}}, {"b", {1, "b"}}});
    settle();
    for (const auto* id : {"probe", "a", "b"}) {
      report(id, {});
      ledger(id, 0);
    }
  }

  void settle() {
    fleet_.set_agent(agent_);
    sources_verifier_.look_again(now());
    proofs_.config_settled("agent-1", store_, now());
  }
  void apply(std::int64_t version) {
    agent_.config_version = agent_.applied_version = version;
    agent_.config_state = ConfigState::kApplied;
    settle();
  }
  void ask(ChangeProofRequest request = {}) {
    request.agent_id = "agent-1";
    if (request.config_version == 0) request.config_version = 2;
    wait_ = std::make_shared<ChangeWait>(request);
    proofs_.add(wait_, now());
  }
  void ledger(const std::string& id, std::uint64_t bytes) {
    const contracts::LedgerEntry entry{id, bytes, 0, bytes, 0};
    fleet_.set_ledger("agent-1", {entry});
    sources_verifier_.note_ledger(entry, now());
  }
  void report(const std::string& id, contracts::CollectorSourceReport figures) {
    figures.source_id = id;
    fleet_.set_collector("agent-1", {{figures}});
  }
  void answer_probe() {
    loki_.show_probe(std::map<std::string, std::string>{
        {"service_name", "onecollector-probe"}, {"host_name", "web-1"}, {"source_id", "probe"}});
    probes_.written("agent-1", {sent_, clock_.wall_ns(), ""}, now());
  }
  // A line of source `id` that the store takes.
  void deliver(const std::string& id, std::uint64_t bytes) {
    loki_.hold(id, bytes);
    ledger(id, bytes);
  }
  void note(const std::optional<Status>& asked) {
    if (!asked) return;
    store_.reachable = asked->has_value();
    store_.reason = *asked ? "" : asked->error().message;
  }
  // The answer, if there is one within `time`.
  std::optional<ChangeProof> pass(milliseconds time) {
    const auto begin = now(), end = begin + time;
    while (true) {
      note(probes_.step(now()));
      note(sources_verifier_.step(now()));
      proofs_.step(store_, now());
      if (const auto answer = wait_->answered()) return **answer;
      if (now() >= end) return std::nullopt;
      clock_.advance(milliseconds(now() < begin + seconds(1) ? 10 : 100));
    }
  }
  std::chrono::steady_clock::time_point now() const { return clock_.steady(); }

  FakeLoki loki_;
  ManualClock clock_{1'000'000'000'000};
  FleetState fleet_;
  VerificationBoard board_;
  MetricRegistry metrics_;
  AgentFacts agent_;
  StoreStatus store_{loki_.url(), true, true};
  std::map<std::string, model::DiscoveredLogSource> sources_;
  LogStoreClient client_{loki_.url(), ""};
  SourceVerifier sources_verifier_;
  std::string sent_;
  ProbeRunner probes_{{client_, fleet_, metrics_, clock_, [this](const auto&, const auto& id) { sent_ = id; },
                       [this](const auto& agent, const auto& result) { proofs_.probe_ended(agent, result); }}};
  ChangeProofs proofs_{{fleet_, sources_verifier_, probes_}};
  std::shared_ptr<ChangeWait> wait_;
};

TEST_F(ChangeProofsTest, WhatCameThroughTheNewConfigProvesItAtOnce) {
  ask();
  apply(2);
  answer_probe();
  deliver("a", 12040);
  const auto proof = pass(milliseconds(300));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kDelivered);
  EXPECT_THAT(proof->reason, HasSubstr("1 source delivered 1,204 records, probe found in"));
  EXPECT_EQ(proof->sources, 2u);
  EXPECT_EQ(proof->delivered, 1u);
  EXPECT_EQ(proof->idle, 1u);
  EXPECT_TRUE(proof->probe && proof->probe->labels_correct);
}

TEST_F(ChangeProofsTest, IdleSourcesWithAGoodProbeAreUnproven) {
  ask();
  apply(2);
  answer_probe();
  const auto proof = pass(milliseconds(300));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kUnproven);
  EXPECT_THAT(proof->reason, HasSubstr("no source has written a line since"));
}

TEST_F(ChangeProofsTest, NothingCountsBeforeTheConfigIsApplied) {
  answer_probe();  // of version 1
  ask();
  deliver("a", 100);
  EXPECT_FALSE(pass(seconds(5)));
  const auto old_probe = sent_;
  apply(2);
  EXPECT_NE(sent_, old_probe) << "a fresh one";
  answer_probe();
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kUnproven) << "what was delivered before proves nothing: " << proof->reason;
}

TEST_F(ChangeProofsTest, AConfigThatTheCollectorRefusesFailsAtOnce) {
  ask();
  agent_.config_version = 2;
  agent_.config_state = ConfigState::kFailed;
  agent_.config_error = "processors: unknown key \"filtr\"";
  settle();
  const auto proof = pass(milliseconds(10));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kFailed);
  EXPECT_EQ(proof->reason, "collector refused: processors: unknown key \"filtr\"");
}

TEST_F(ChangeProofsTest, AConfigThatIsNeverAppliedFailsAtTheLimit) {
  ask();
  EXPECT_FALSE(pass(seconds(29)));
  const auto proof = pass(seconds(2));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->reason, "applied: the agent did not apply config version 2 within 30 s");
}

TEST_F(ChangeProofsTest, ANewerConfigEndsTheProof) {
  ask();
  apply(3);
  const auto proof = pass(milliseconds(10));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kSuperseded);
}

TEST_F(ChangeProofsTest, AFilterThatTakesEverythingIsAFailureWithItsName) {
  ask();
  apply(2);
  ledger("a", 100);
  report("a", {.read_bytes = 100, .emitted = 10, .acknowledged_offset = 100, .dropped = {{"filter/noise", 10}}});
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kFailed);
  EXPECT_EQ(proof->reason, "/var/log/a.log: all records are lost: 10 left out by filter/noise");
  ASSERT_EQ(proof->failures.size(), 1u);
  EXPECT_EQ(proof->failures[0].source_id, "a");
}

TEST_F(ChangeProofsTest, AFilterThatWasProvenBeforeMayTakeEverythingOfASource) {
  ask({.known_filters = {"filter/noise"}});
  apply(2);
  answer_probe();
  ledger("a", 100);
  report("a", {.read_bytes = 100, .emitted = 10, .acknowledged_offset = 100, .dropped = {{"filter/noise", 10}}});
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kUnproven);
  EXPECT_THAT(proof->reason, HasSubstr("10 left out by filter/noise"));
}

TEST_F(ChangeProofsTest, WhatAFilterLeavesOutOfTheRestIsCountedAndSaid) {
  ask();
  apply(2);
  answer_probe();
  report("a", {.read_bytes = 9000,
               .emitted = 1000,
               .acknowledged = 900,
               .acknowledged_offset = 9000,
               .dropped = {{"filter/noise", 100}}});
  deliver("a", 9000);  // FakeLoki: ten bytes a record
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kDelivered);
  EXPECT_THAT(proof->reason, HasSubstr("delivered 900 of 1,000 records, 100 left out by filter/noise"));
}

TEST_F(ChangeProofsTest, AFilterThatTakesTheProbesLineAndLetsOthersThroughIsNone) {
  ChangeProofRequest request;
  request.first_line_wait = seconds(2);
  ask(request);
  apply(2);
  ledger("probe", 100);
  report("probe", {.read_bytes = 100, .emitted = 1, .acknowledged_offset = 100, .dropped = {{"filter/sevens", 1}}});
  ledger("b", 0);
  ASSERT_FALSE(pass(milliseconds(500)));
  report("a", {.read_bytes = 1000, .emitted = 100, .acknowledged = 100, .acknowledged_offset = 1000});
  deliver("a", 1000);
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kDelivered) << proof->reason;
}

TEST_F(ChangeProofsTest, ThatEvenTheProbeIsLeftOutIsAFailure) {
  ask();
  apply(2);
  ledger("probe", 100);
  report("probe", {.read_bytes = 100, .emitted = 1, .acknowledged_offset = 100, .dropped = {{"filter/all", 1}}});
  const auto proof = pass(seconds(31));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kFailed);
  EXPECT_THAT(proof->reason, HasSubstr("the probe's line: all records are lost: 1 left out by filter/all"));
}

TEST_F(ChangeProofsTest, BytesReadButNothingEmittedIsAFailure) {
  ask();
  apply(2);
  ledger("a", 5000);
  report("a", {.read_bytes = 5000, .acknowledged_offset = 5000});
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->reason, "/var/log/a.log: 5,000 bytes read but nothing emitted");
}

TEST_F(ChangeProofsTest, ARefusalOfTheSinkFailsAtOnceUnlessItWasThereBefore) {
  report("b", {.read_bytes = 10, .emitted = 1, .dropped = {{"the sink answered 400: bad label", 1}}});
  ask();
  apply(2);
  report("b", {.read_bytes = 20, .emitted = 2, .dropped = {{"the sink answered 400: bad label", 2}}});
  EXPECT_FALSE(pass(milliseconds(100))) << "as before";
  report("a", {.read_bytes = 100, .emitted = 10, .acknowledged = 9, .dropped = {{"the sink answered 400: no", 1}}});
  const auto proof = pass(milliseconds(100));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->reason, "/var/log/a.log: sink refused: the sink answered 400: no");
}

TEST_F(ChangeProofsTest, WhatWasRefusedBeforeTheControlPlaneWasRestartedIsNotThisConfigsDoing) {
  sources_["c"] = test_source("c");
  fleet_.update_sources("agent-1", sources_, {"c"}, {});
  fleet_.set_rendered({{"c", {2, "c"}}});
  std::destroy_at(&proofs_);
  std::construct_at(&proofs_, ChangeProofs::Parts{fleet_, sources_verifier_, probes_});
  apply(2);
  ledger("c", 0);
  ask();
  EXPECT_FALSE(pass(milliseconds(20)));
  report("c", {.read_bytes = 20, .emitted = 2, .dropped = {{"the sink answered 400: no", 2}}});  // comes each second
  EXPECT_FALSE(pass(milliseconds(20)));
  answer_probe();
  const auto proof = pass(milliseconds(300));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kUnproven) << proof->reason;
}

TEST_F(ChangeProofsTest, LinesThatAreTooOldForTheStoreAreNoFailure) {
  ask();
  apply(2);
  answer_probe();
  ledger("a", 100);
  report("a", {.read_bytes = 100,
               .emitted = 10,
               .acknowledged_offset = 100,
               .dropped = {{"the sink answered 400: entry too far behind", 10}}});
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kUnproven);
  EXPECT_THAT(proof->reason, HasSubstr("10 refused by the store: too old"));
}

TEST_F(ChangeProofsTest, WrongLabelsOfTheProbeFail) {
  ask();
  apply(2);
  answer_probe();
  loki_.show_probe(std::map<std::string, std::string>{
      {"service_name", "onecollector-probe"}, {"host_name", "x"}, {"source_id", "probe"}});
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->reason, "probe: label host_name is \"x\", registered is \"web-1\"");
}

TEST_F(ChangeProofsTest, AStoreThatIsBrieflyAwayHasUntilTheLimit) {
  ask();
  apply(2);
  loki_.close();
  answer_probe();
  ledger("a", 100);
  EXPECT_FALSE(pass(seconds(20)));
  loki_.reopen();
  loki_.hold("a", 100);
  const auto proof = pass(seconds(2));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kDelivered);
}

TEST_F(ChangeProofsTest, AStoreThatNobodyReachesIsNotTheConfigsFault) {
  loki_.close();
  ask({.exporters_changed = true});
  apply(2);
  answer_probe();
  const auto proof = pass(seconds(31));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kSinkUnreachable);
  EXPECT_THAT(proof->reason, HasSubstr("unreachable"));
}

TEST_F(ChangeProofsTest, AStoreThatOnlyTheNewConfigCannotReachIs) {
  ask({.exporters_changed = true});
  apply(2);
  loki_.show_probe(std::nullopt);
  probes_.written("agent-1", {sent_, clock_.wall_ns(), ""}, now());
  ledger("a", 100);
  report("a", {.read_bytes = 100, .emitted = 10, .last_error = "127.0.0.1:1: connect failed: Connection refused"});
  const auto proof = pass(seconds(31));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kFailed);
  EXPECT_THAT(proof->reason, HasSubstr("sent: sink refusing: 127.0.0.1:1: connect failed"));
}

TEST_F(ChangeProofsTest, ASinkThatFailedBeforeAsAfterIsNotTheConfigsFaultUnlessItChangedTheExporters) {
  for (const bool changed : {false, true}) {
    report("a", {.read_bytes = 1, .last_error = "the sink answered 503"});
    ask({.config_version = changed ? 3 : 2, .exporters_changed = changed});
    apply(changed ? 3 : 2);
    loki_.show_probe(std::nullopt);
    probes_.written("agent-1", {sent_, clock_.wall_ns(), ""}, now());
    const auto proof = pass(seconds(31));
    ASSERT_TRUE(proof);
    EXPECT_EQ(proof->state, changed ? ChangeState::kFailed : ChangeState::kSinkUnreachable) << proof->reason;
  }
}

TEST_F(ChangeProofsTest, ABacklogThatIsStillBeingDeliveredIsNoFailure) {
  ask();
  apply(2);
  answer_probe();
  ledger("a", 400'000);
  report("a", {.read_bytes = 200'000, .emitted = 20'000, .acknowledged = 20'000, .acknowledged_offset = 200'000});
  const auto proof = pass(seconds(31));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kDelivered);
  EXPECT_EQ(proof->behind, 1u);
}

TEST_F(ChangeProofsTest, ASourceThatWasInTroubleBeforeIsNotTheConfigsFault) {
  ledger("b", 100);  // the collector cannot read it
  ask({.config_version = 9});
  ASSERT_TRUE(pass(seconds(31)));
  ask();
  apply(2);
  answer_probe();
  const auto proof = pass(seconds(31));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kUnproven) << proof->reason;
  EXPECT_THAT(proof->reason, HasSubstr("1 source not delivered before it as after it"));
}

TEST_F(ChangeProofsTest, OnlyTheSourcesThatWereNamedAreLookedAt) {
  ask({.sources = {"b"}});
  apply(2);
  answer_probe();
  ledger("a", 100);  // not delivered
  deliver("b", 100);
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kDelivered);
  EXPECT_EQ(proof->sources, 1u);
}

class WriteOnlySinkTest : public ChangeProofsTest {
 protected:
  WriteOnlySinkTest() : ChangeProofsTest(false) {}
};

TEST_F(WriteOnlySinkTest, WhereTheSinkCannotBeAskedTheProbeEndsAtItsAcknowledgement) {
  loki_.forget_how_to_answer();
  store_.queryable = false;
  ask();
  apply(2);
  probes_.written("agent-1", {sent_, clock_.wall_ns(), ""}, now());
  EXPECT_FALSE(pass(seconds(1)));
  ledger("probe", 100);
  report("probe", {.read_bytes = 100, .emitted = 1, .acknowledged = 1, .acknowledged_offset = 100});
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kUnproven);
  EXPECT_THAT(proof->reason, HasSubstr("has no query API"));
}

class OfficialChangeTest : public ChangeProofsTest {
 protected:
  OfficialChangeTest() { agent_.collector.kind = "official"; }
  // What was written, and how much of it came.
  void grow(std::uint64_t bytes, std::uint64_t accepted, std::uint64_t counted, const std::string& error = {}) {
    ledger("a", bytes);
    report("a", {.emitted = accepted, .last_error = error});
    loki_.count("a", counted);
  }
};

TEST_F(OfficialChangeTest, WhatWasAcceptedSinceAndIsCountedProvesIt) {
  ask();
  apply(2);
  answer_probe();
  grow(100, 10, 10);
  const auto proof = pass(seconds(1));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kDelivered) << proof->reason;
  EXPECT_EQ(proof->records, 10u);
}

TEST_F(OfficialChangeTest, AConfigThatLetsNothingThroughFailsAtTheLimit) {
  ask();
  apply(2);
  grow(100, 10, 0);
  EXPECT_FALSE(pass(seconds(29)));
  const auto proof = pass(seconds(2));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kFailed);
  EXPECT_THAT(proof->reason, HasSubstr("stored: the store"));
}

TEST_F(OfficialChangeTest, AConfigThatSendsToADeadAddressFailsWithWhatTheExporterSays) {
  ask({.exporters_changed = true});
  apply(2);
  grow(100, 10, 0, "otlp_http/logs: connection refused");
  const auto proof = pass(seconds(31));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kFailed);
  EXPECT_THAT(proof->reason, HasSubstr("sent: sink refusing: otlp_http/logs: connection refused"));
}

TEST_F(OfficialChangeTest, AFilterThatTakesEverythingFailsUnlessItIsKnown) {
  for (const bool known : {false, true}) {
    ChangeProofRequest request{.config_version = known ? 3 : 2};
    if (known) request.known_filters = {"filter/all"};
    ask(request);
    report("a", {});
    apply(known ? 3 : 2);
    answer_probe();
    ledger("a", known ? 200 : 100);
    fleet_.set_collector("agent-1", {{{.source_id = "a", .emitted = 10}}, {{"filter/all", 10}}});
    sources_verifier_.look_at_open(now());
    const auto proof = pass(seconds(29));
    ASSERT_TRUE(proof);
    EXPECT_EQ(proof->state, known ? ChangeState::kUnproven : ChangeState::kFailed) << proof->reason;
    if (!known) EXPECT_THAT(proof->reason, HasSubstr("all records are lost: 10 left out by filter/all"));
  }
}

TEST_F(OfficialChangeTest, AFilterThatLetsSomeThroughIsNoFailure) {
  ask();
  apply(2);
  answer_probe();
  grow(100, 10, 4);
  const auto proof = pass(seconds(31));
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->state, ChangeState::kDelivered) << proof->reason;
  EXPECT_EQ(proof->behind, 1u);
}

TEST_F(ChangeProofsTest, AProofThatNobodyWaitsForAnyMoreIsDropped) {
  ask();
  std::stop_source stop;
  stop.request_stop();
  const auto cancelled = wait_->wait(stop.get_token());
  ASSERT_FALSE(cancelled);
  EXPECT_TRUE(cancelled.error().retryable());
  proofs_.step(store_, now());
  EXPECT_FALSE(proofs_.next_due());
}

}  // namespace
}  // namespace oc::control_plane
