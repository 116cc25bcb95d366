// Records of one read that were given different resources or scopes: a stream has one of each for all its records, so
// they go on as batches of their own.
#pragma once

#include <memory>
#include <vector>

#include "collector/pipeline/batch.h"
#include "collector/record/log_record.h"

namespace oc::collector {

// `origins`: one for each of the batch's records, or none where nothing changed. Runs of the same origin stay together,
// and batches of the same origin share a stream.
std::vector<LogBatchPtr> resource_parts(std::shared_ptr<LogBatch> batch, const std::vector<LogOrigin>& origins);

}  // namespace oc::collector
