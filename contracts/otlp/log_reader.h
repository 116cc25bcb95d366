// Walks an ExportLogsServiceRequest without copying: what a visitor is given are views into the request's bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contracts/otlp/any_value.h"

namespace oc::contracts::otlp {

struct DecodedScope {
  std::string_view name;
  std::string_view version;
  std::vector<AttributeView> attributes;
  std::uint32_t dropped_attributes_count = 0;
};

struct DecodedLogRecord {
  std::uint64_t time_unix_nano = 0;           // 0: not set
  std::uint64_t observed_time_unix_nano = 0;  // 0: not set
  std::int32_t severity_number = 0;
  std::string_view severity_text;
  ValueView body;
  std::vector<AttributeView> attributes;
  std::uint32_t dropped_attributes_count = 0;
  std::uint32_t flags = 0;
  std::string_view trace_id;  // 16 bytes or empty
  std::string_view span_id;   // 8 bytes or empty
  std::string_view event_name;
};

// Called in the order of the request: resource, then its scopes, each followed by its records. An error ends the walk
// and is returned with the place in front, so its message starts with the field's name. Views live as long as the
// request's bytes, the structs until the call ends.
class LogVisitor {
 public:
  virtual ~LogVisitor() = default;
  // `index` counts ResourceLogs; each is visited, also an empty one.
  virtual Status resource(std::size_t index, std::span<const AttributeView> attributes) = 0;
  virtual Status scope(const DecodedScope& scope) = 0;
  virtual Status record(const DecodedLogRecord& record) = 0;
};

// Malformed bytes are a permanent error that names the place: "resource_logs[0].scope_logs[1].log_records[7].body: …".
// What was visited before it was visited: the caller throws it away.
Status read_logs(std::string_view request, LogVisitor& visitor);

// An OTLP/JSON request as protobuf, to be walked by read_logs. Names in lowerCamelCase, as the specification says, and
// in snake_case; 64-bit integers as numbers or strings; ids in hex, bytes in base64.
Result<std::string> logs_json_to_protobuf(std::string_view json);

}  // namespace oc::contracts::otlp
