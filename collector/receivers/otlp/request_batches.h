// From a request's bytes to batches, one for each scope: records stay encoded, and are views into the request.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "collector/pipeline/batch.h"

namespace oc::collector {

// Batches without a listener. `source_id` names the receiver. An error says what is malformed, and where; nothing of
// the request is taken then.
Result<std::vector<std::shared_ptr<LogBatch>>> batches_of_request(std::string request, const std::string& source_id,
                                                                  const std::map<std::string, std::string>& metadata);

}  // namespace oc::collector
