#include "agent/supervisor/collector_metrics.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

TEST(CollectorMetrics, FindsTheRunningConfigAndEachSourcesFigures) {
  const auto metrics = read_collector_metrics(R"(# TYPE onecollector_config_info gauge
onecollector_config_info{hash="abc",generation="2"} 1
onecollector_config_reloads_total{result="success"} 4
onecollector_config_reloads_total{result="failure"} 1
onecollector_source_read_bytes_total{source_id="s1"} 100
onecollector_source_emitted_records_total{source_id="s1"} 7
onecollector_source_acknowledged_records_total{source_id="s1"} 5
onecollector_source_acknowledged_offset_bytes{source_id="s1"} 90
onecollector_source_dropped_records_total{source_id="s1",reason="too old"} 2
onecollector_source_left_out_bytes_total{source_id="s1",reason="too old"} 64
onecollector_source_last_error{source_id="s2",error="permission denied"} 1
otelcol_receiver_accepted_log_records{receiver="file_log/s1"} 7
)");
  EXPECT_EQ(metrics.config_hashes, std::set<std::string>{"abc"});
  EXPECT_EQ(metrics.failed_reloads, 1u);
  const contracts::CollectorSourceReport first{"s1", 100, 7, 5, 90, {{"too old", 2}}, "", {{"too old", 64}}};
  ASSERT_EQ(metrics.report.sources.size(), 2u);
  EXPECT_EQ(metrics.report.sources[0], first);
  EXPECT_EQ(metrics.report.sources[1].last_error, "permission denied");
}

TEST(CollectorMetrics, AConfigThatNoLongerRunsIsNotSeen) {
  EXPECT_TRUE(read_collector_metrics("onecollector_config_info{hash=\"old\"} 0\n").config_hashes.empty());
}

TEST(CollectorMetrics, TextOfAnotherProgramIsHarmless) {
  const auto metrics = read_collector_metrics("<html>not metrics</html>\n\xff\xfe{{{ 1");
  EXPECT_TRUE(metrics.report.sources.empty());
}

}  // namespace
}  // namespace oc::agent
