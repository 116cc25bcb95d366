// Inference reports as text: for people and for programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/log_format/inference.h"
#include "base/json.h"

namespace oc::agent {

// The report alone.
Json to_json(const InferenceReport& report);
// With record_starts, timestamps and severities of all lines (and records, where records interleave); lines count
// from 1.
Json to_json_with_lines(const InferenceReport& report, std::string_view bytes);
// The timestamp of one line by itself: {"n", "start", "end", "instant", "layout", "ambiguous"}.
Json line_timestamp_json(std::size_t number, std::string_view line);

std::string to_table(const std::vector<InferenceReport>& files);
std::string to_yaml(const Json& value);

}  // namespace oc::agent
