// Loki's response bodies, written straight into one buffer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/logql/engine.h"
#include "stores/http/encoding_flags.h"

namespace oc::stores {

void append_json_string(std::string& out, std::string_view text);  // with quotes; invalid UTF-8 becomes U+FFFD
void append_labels(std::string& out, const query::Labels& labels);

// [{"stream": {…}, "values": [[…], …]}, …], streams by label set. Categorised: a stream is known by its stream labels
// alone and each value has a third part, {"structuredMetadata": {…}, "parsed": {…}}.
void append_streams(std::string& out, std::span<const query::LogEntry> entries, bool categorized);

struct QueryTiming {
  double seconds = 0;
};
std::string range_response(const query::QueryResult& result, const EncodingFlags& flags, const QueryTiming& timing);
std::string instant_response(const query::QueryResult& result, const QueryTiming& timing);

std::string list_response(std::span<const std::string_view> values);  // {"status": "success", "data": […]}
std::string series_response(std::span<const query::StreamPtr> streams);

}  // namespace oc::stores
