#include "control_plane/health_monitor/health_monitor.h"

#include <gtest/gtest.h>

#include "control_plane/registry/test_sources.h"

namespace oc::control_plane {
namespace {

class HealthMonitorTest : public testing::Test {
 protected:
  void source(const std::string& id, std::uint64_t written, contracts::CollectorSourceReport report) {
    sources_[id] = test_source(id);
    fleet_.update_sources("agent-1", sources_, {id}, {});
    fleet_.set_ledger("agent-1", {{id, written, 0, written, 0}});
    report.source_id = id;
    fleet_.set_collector("agent-1", {{report}});
  }
  HealthResult result(std::size_t index) { return HealthMonitor(fleet_, board_).check_all().at(index); }
  HealthResult probe() { return result(0); }
  HealthResult push_errors() { return result(1); }
  HealthResult backpressure() { return result(2); }

  FleetState fleet_;
  VerificationBoard board_;
  std::map<std::string, model::DiscoveredLogSource> sources_;
};

TEST_F(HealthMonitorTest, NothingIsKnownBeforeAnybodyReported) {
  for (const auto& result : HealthMonitor(fleet_, board_).check_all())
    EXPECT_EQ(result.state, HealthState::kUnknown) << result.check;
}

TEST_F(HealthMonitorTest, TheProbeIsTheEndToEndCheck) {
  board_.set_probe("agent-1", {"id", true, 0.05, true, "", 7});
  EXPECT_EQ(probe().state, HealthState::kGood);
  EXPECT_EQ(probe().reason, "found in 50 ms");
  board_.set_probe("agent-1", {"id", false, 0, false, "store unreachable", 8});
  EXPECT_EQ(probe().state, HealthState::kFailing);
  EXPECT_EQ(probe().reason, "store unreachable");
}

TEST_F(HealthMonitorTest, PushErrorsOfSomeSourcesWarnThoseOfAllFail) {
  source("a", 100, {.acknowledged_offset = 100});
  EXPECT_EQ(push_errors().state, HealthState::kGood);
  source("b", 100, {.last_error = "the sink answered 503"});
  EXPECT_EQ(push_errors().state, HealthState::kWarning);
  EXPECT_EQ(push_errors().reason, "1 source cannot be sent: the sink answered 503");
  source("a", 100, {.last_error = "the sink answered 503"});
  EXPECT_EQ(push_errors().state, HealthState::kFailing);
}

TEST_F(HealthMonitorTest, RecordsThatASinkRefusedWarnThoseOfAFilterDoNot) {
  source("a", 100, {.dropped = {{"filter/noise", 5}}});
  EXPECT_EQ(push_errors().state, HealthState::kGood);
  source("a", 100, {.dropped = {{"filter/noise", 5}, {"the sink answered 400: no", 3}}});
  EXPECT_EQ(push_errors().reason, "sinks refused 3 records");
}

TEST_F(HealthMonitorTest, ABacklogIsBackpressure) {
  source("a", 100, {.acknowledged_offset = 0});
  EXPECT_EQ(backpressure().state, HealthState::kGood);
  source("a", 100 << 20, {.acknowledged_offset = 1 << 20});
  EXPECT_EQ(backpressure().state, HealthState::kWarning);
  EXPECT_EQ(backpressure().reason,
            "1 source is more than 16 MiB behind, most of all /var/log/a.log: 103,809,024 bytes");
}

}  // namespace
}  // namespace oc::control_plane
