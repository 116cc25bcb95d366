// A batch in OTLP's JSON encoding.
#pragma once

#include <string>

#include "collector/pipeline/batch.h"

namespace oc::collector {

// One ExportLogsServiceRequest, in one line.
std::string otlp_json(const LogBatch& batch);
// One element of its resourceLogs, of `count` records from `first` on.
void append_resource_logs_json(std::string& out, const LogBatch& batch, std::size_t first, std::size_t count,
                               bool with_record_offset);

}  // namespace oc::collector
