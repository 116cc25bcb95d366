// JSON: one object a line, or objects over several lines.
#pragma once

#include "agent/log_format/record_reader.h"

namespace oc::agent {

std::optional<InferenceReport> recognise_ndjson(Lines lines);
std::optional<InferenceReport> recognise_json_multiline(Lines lines);

}  // namespace oc::agent
