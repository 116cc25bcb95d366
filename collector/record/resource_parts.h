// Records of one read that were given different resources: a request holds one resource for all its records, so they go
// on as batches of their own.
#pragma once

#include <memory>
#include <vector>

#include "collector/pipeline/batch.h"
#include "collector/record/log_record.h"

namespace oc::collector {

// `resources`: one for each of the batch's records, or none where nothing changed. Runs of the same resource stay
// together, and batches of the same resource share a stream.
std::vector<LogBatchPtr> resource_parts(std::shared_ptr<LogBatch> batch, const std::vector<Value>& resources);

}  // namespace oc::collector
