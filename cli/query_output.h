// Query results as a person reads them: log lines one a line in time order, samples as a table.
#pragma once

#include <string>

#include "base/json.h"
#include "cli/table.h"

namespace oc::cli {

// `result` of type "streams": "2026-11-23T02:11:09.120Z app  text". Stable for equal times.
std::string lines_of_streams(const Json& result, bool forward, bool all_labels, const Terminal& terminal);
// `data` of a Loki answer: its resultType decides.
std::string result_text(const Json& data, bool forward, bool all_labels, const Terminal& terminal);

}  // namespace oc::cli
