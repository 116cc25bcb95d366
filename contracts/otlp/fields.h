// Field numbers of opentelemetry/proto/{collector/logs,logs,resource,common}/v1: the wire contract, kept by hand so
// that hot paths read and write it without generated classes.
#pragma once

#include <cstdint>

namespace oc::contracts::otlp {

enum class ExportLogsServiceRequest : std::uint32_t { resource_logs = 1 };
enum class ExportLogsServiceResponse : std::uint32_t { partial_success = 1 };
enum class ResourceLogs : std::uint32_t { resource = 1, scope_logs = 2, schema_url = 3 };
enum class Resource : std::uint32_t { attributes = 1, dropped_attributes_count = 2 };
enum class ScopeLogs : std::uint32_t { scope = 1, log_records = 2, schema_url = 3 };
enum class InstrumentationScope : std::uint32_t { name = 1, version = 2, attributes = 3, dropped_attributes_count = 4 };
enum class LogRecord : std::uint32_t {
  time_unix_nano = 1,  // fixed64
  severity_number = 2,
  severity_text = 3,
  body = 5,
  attributes = 6,
  dropped_attributes_count = 7,
  flags = 8,  // fixed32
  trace_id = 9,
  span_id = 10,
  observed_time_unix_nano = 11,  // fixed64
  event_name = 12
};
enum class KeyValue : std::uint32_t { key = 1, value = 2 };
enum class AnyValue : std::uint32_t {
  string_value = 1,
  bool_value = 2,
  int_value = 3,
  double_value = 4,  // fixed64
  array_value = 5,
  kvlist_value = 6,
  bytes_value = 7
};
enum class ArrayValue : std::uint32_t { values = 1 };
enum class KeyValueList : std::uint32_t { values = 1 };

}  // namespace oc::contracts::otlp
