// A batch in OTLP's JSON encoding.
#pragma once

#include <string>

#include "collector/pipeline/batch.h"

namespace oc::collector {

// One ExportLogsServiceRequest, in one line.
std::string otlp_json(const LogBatch& batch);

}  // namespace oc::collector
