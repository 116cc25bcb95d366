#include "agent/supervisor/official_metrics.h"

#include <gtest/gtest.h>

namespace oc::agent {
namespace {

// What 0.158 answers, shortened.
constexpr std::string_view kAnswer = R"(# TYPE otelcol_receiver_accepted_log_records counter
otelcol_exporter_in_flight_requests{data_type="logs",exporter="otlp_http/logs"} 1
otelcol_exporter_queue_size{data_type="logs",exporter="otlp_http/logs"} 2
otelcol_exporter_sent_log_records{exporter="otlp_http/logs"} 40
otelcol_exporter_enqueue_failed_log_records{exporter="otlp_http/logs"} 3
otelcol_processor_filter_logs_filtered{filter="filter/noise"} 1
otelcol_processor_incoming_items{otel_signal="logs",processor="filter/noise"} 5
otelcol_processor_incoming_items{otel_signal="logs",processor="memory_limiter"} 9
otelcol_processor_incoming_items{otel_signal="logs",processor="transform"} 4
otelcol_processor_incoming_items{otel_signal="traces",processor="filter/noise"} 8
otelcol_processor_outgoing_items{otel_signal="logs",processor="filter/noise"} 4
otelcol_processor_outgoing_items{otel_signal="logs",processor="memory_limiter"} 5
otelcol_processor_outgoing_items{otel_signal="logs",processor="transform"} 4
otelcol_receiver_accepted_log_records{receiver="file_log/ab12",transport=""} 5
otelcol_receiver_accepted_log_records{receiver="otlp",transport="http"} 9
otelcol_receiver_refused_log_records{receiver="file_log/ab12",transport=""} 0
target_info{onecollector_config_hash="abc123",service_name="otelcol",service_version="0.158.0"} 1
)";

TEST(OfficialMetrics, WhatAReceiverAcceptedIsItsSources) {
  const auto metrics = read_official_metrics(kAnswer);
  ASSERT_EQ(metrics.report.sources.size(), 1u);
  EXPECT_EQ(metrics.report.sources[0], (contracts::CollectorSourceReport{.source_id = "ab12", .emitted = 5}));
}

TEST(OfficialMetrics, TheConfigThatRunsIsALabelOfItsOwnTelemetry) {
  EXPECT_EQ(read_official_metrics(kAnswer).config_hashes, std::set<std::string>{"abc123"});
}

TEST(OfficialMetrics, ExportersAreTakenTogether) {
  EXPECT_EQ(read_official_metrics(kAnswer).exporters, (ExporterFigures{.sent = 40, .failed = 3, .queued = 2}));
}

TEST(OfficialMetrics, WhatAProcessorKeepsBackIsLeftOutOfAllSourcesTogether) {
  EXPECT_EQ(read_official_metrics(kAnswer).report.left_out,
            (std::map<std::string, std::uint64_t>{{"filter/noise", 1}}));
}

TEST(OfficialMetrics, OlderNamesMeanTheSame) {
  for (const auto* name : {"otelcol_receiver_accepted_log_records", "otelcol_receiver_accepted_log_records_total"}) {
    const auto metrics = read_official_metrics(std::string(name) + "{receiver=\"filelog/ab12\"} 5\n");
    ASSERT_EQ(metrics.report.sources.size(), 1u) << name;
    EXPECT_EQ(metrics.report.sources[0].emitted, 5u);
  }
}

TEST(OfficialMetrics, TextOfAnotherProgramIsHarmless) {
  EXPECT_TRUE(read_official_metrics("<html>not metrics</html>\n\xff\xfe{{{ 1").report.sources.empty());
}

}  // namespace
}  // namespace oc::agent
