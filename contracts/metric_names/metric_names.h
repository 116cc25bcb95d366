// Names of the metrics that other processes read. The collector's own are OpenTelemetry's; what it has not is ours.
#pragma once

#include <string_view>

namespace oc::contracts::metric_names {

// The official collector's (facts: it may append _total; readers accept both).
inline constexpr std::string_view kReceiverAccepted = "otelcol_receiver_accepted_log_records";
inline constexpr std::string_view kReceiverRefused = "otelcol_receiver_refused_log_records";
inline constexpr std::string_view kProcessorIncoming = "otelcol_processor_incoming_items";
inline constexpr std::string_view kProcessorOutgoing = "otelcol_processor_outgoing_items";
inline constexpr std::string_view kExporterSent = "otelcol_exporter_sent_log_records";
inline constexpr std::string_view kExporterSendFailed = "otelcol_exporter_send_failed_log_records";
inline constexpr std::string_view kExporterEnqueueFailed = "otelcol_exporter_enqueue_failed_log_records";
inline constexpr std::string_view kExporterQueueSize = "otelcol_exporter_queue_size";
inline constexpr std::string_view kExporterQueueCapacity = "otelcol_exporter_queue_capacity";
inline constexpr std::string_view kProcessUptime = "otelcol_process_uptime_seconds";
inline constexpr std::string_view kProcessMemory = "otelcol_process_memory_rss";
inline constexpr std::string_view kProcessCpu = "otelcol_process_cpu_seconds";

// A config is applied when its hash is seen: onecollector_config_info{hash,generation} 1.
inline constexpr std::string_view kConfigInfo = "onecollector_config_info";
inline constexpr std::string_view kConfigReloads = "onecollector_config_reloads_total";  // {result}

// Per source, labels {source_id}: the collector's side of the ledger (DESIGN section 4).
inline constexpr std::string_view kSourceReadBytes = "onecollector_source_read_bytes_total";
inline constexpr std::string_view kSourceEmitted = "onecollector_source_emitted_records_total";
inline constexpr std::string_view kSourceDropped = "onecollector_source_dropped_records_total";  // {source_id,reason}
inline constexpr std::string_view kSourceLeftOutBytes =
    "onecollector_source_left_out_bytes_total";  // {source_id,reason}
inline constexpr std::string_view kSourceAcknowledged = "onecollector_source_acknowledged_records_total";
inline constexpr std::string_view kSourceAcknowledgedOffset = "onecollector_source_acknowledged_offset_bytes";
inline constexpr std::string_view kSourceOpenFailures = "onecollector_source_open_failures_total";
inline constexpr std::string_view kSourceGoneUnread = "onecollector_source_files_gone_unread_total";
inline constexpr std::string_view kSourceQuotaWaits = "onecollector_source_quota_waits_total";
inline constexpr std::string_view kSourceOverQuota = "onecollector_source_over_quota";  // {source_id} 1
inline constexpr std::string_view kSourceLastError = "onecollector_source_last_error";  // {source_id,error} 1

}  // namespace oc::contracts::metric_names
