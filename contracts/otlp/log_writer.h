// Writes ExportLogsServiceRequest by hand: sizes are computed first, so that the text of a record is copied exactly
// once, from the bytes read to the request.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace oc::contracts::otlp {

struct LogRecordView {
  std::string_view body;
  std::uint64_t offset = 0;  // of the record in its file
};

// Records that were read together.
struct LogSlice {
  std::span<const LogRecordView> records;
  Nanos observed_ns = 0;   // of the first; each next one is a nanosecond later, so that stores keep their order
  bool valid_utf8 = true;  // false: bodies are checked one by one, invalid bytes become U+FFFD (proto3 strings)
};

// Appends one `repeated KeyValue` element with a string value, under the attribute field of its message:
// Resource::attributes or LogRecord::attributes. Text must be valid UTF-8 (see to_valid_utf8).
void append_string_attribute(std::string& out, std::uint32_t field, std::string_view key, std::string_view value);

struct ResourceLogsView {
  std::string_view resource_attributes;  // made by append_string_attribute
  std::string_view record_attributes;    // added to each record
  bool with_record_offset = false;       // adds log.file.record_offset to each record
  std::span<const LogSlice> slices;
};

// Appends one element of ExportLogsServiceRequest.resource_logs; a request is the concatenation of such elements.
void append_resource_logs(std::string& out, const ResourceLogsView& logs);

// Each maximal invalid sequence becomes one U+FFFD (Unicode 15, section 3.9, "substitution of maximal subparts").
std::string to_valid_utf8(std::string_view text);

}  // namespace oc::contracts::otlp
