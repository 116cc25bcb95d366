// Which filters a config has just as the one before it had them: what they leave out is wanted, and no news.
#pragma once

#include <set>
#include <string>

#include "control_plane/registry/policy_repository.h"
#include "model/collector_config.h"

namespace oc::control_plane {

// Ids of processors ("filter/noise") and receivers ("file_log/ab12", for their operators) that both policies' overlays
// define alike. With the same policy: of all that its overlay defines.
Result<std::set<std::string>> known_filters(PolicyRepository& policies, const model::CollectorConfig& before,
                                            const model::CollectorConfig& after);

}  // namespace oc::control_plane
