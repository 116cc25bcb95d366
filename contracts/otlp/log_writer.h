// Writes ExportLogsServiceRequest by hand: sizes are computed first, so that the text of a record is copied exactly
// once, from the bytes read to the request.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "contracts/otlp/value.h"

namespace oc::contracts::otlp {

struct LogRecordView {
  std::string_view body;
  std::uint64_t offset = 0;  // of the record in its file
};

// What few records have: kept apart, so that the others are small.
struct LogContext {
  std::string_view trace_id, span_id;  // 16 and 8 bytes, or empty
  std::string_view event_name;
  Nanos observed_ns = -1;  // 0: not known; -1: as LogSlice::observed_ns says
  std::uint32_t flags = 0, dropped_attributes_count = 0;
};

// A record that is more than a line of its stream: all it says is here, its stream's attributes included.
struct LogFields {
  Value body;
  Value attributes = Value::empty_map();
  Nanos time_ns = 0;  // 0: not known
  std::int32_t severity_number = 0;
  std::string_view severity_text;
  const LogContext* context = nullptr;  // nullptr: it has nothing of that
};

// Records that were read together.
struct LogSlice {
  std::span<const LogRecordView> records;
  Nanos observed_ns = 0;   // of the first; each next one is a nanosecond later, so that stores keep their order
  bool valid_utf8 = true;  // false: lines are checked one by one, invalid bytes become U+FFFD (proto3 strings)
  std::span<const LogFields> fields = {};  // one a record, in place of its line, valid UTF-8; or none
};

// Appends one `repeated KeyValue` element with a string value, under the attribute field of its message:
// Resource::attributes or LogRecord::attributes. Text must be valid UTF-8 (see to_valid_utf8).
void append_string_attribute(std::string& out, std::uint32_t field, std::string_view key, std::string_view value);

void append_attribute(std::string& out, std::uint32_t field, std::string_view key, const Value& value);

// An InstrumentationScope's content.
std::string encode_scope_name(std::string_view name);

struct ResourceLogsView {
  std::string_view resource_attributes;  // made by append_attribute
  std::string_view record_attributes;    // added to each record that is a line
  bool with_record_offset = false;       // adds log.file.record_offset to each record
  bool encoded_records = false;          // the bodies are whole LogRecord messages, written as they are
  // More of what came from elsewhere: fields of the Resource, the InstrumentationScope's content, and where their
  // schemas are.
  std::string_view resource_rest = {}, resource_schema_url = {}, scope = {}, scope_schema_url = {};
  std::span<const LogSlice> slices;
};

// Appends one element of ExportLogsServiceRequest.resource_logs; a request is the concatenation of such elements.
void append_resource_logs(std::string& out, const ResourceLogsView& logs);

// Each maximal invalid sequence becomes one U+FFFD (Unicode 15, section 3.9, "substitution of maximal subparts").
std::string to_valid_utf8(std::string_view text);

}  // namespace oc::contracts::otlp
