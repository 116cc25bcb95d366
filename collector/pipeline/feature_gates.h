// Feature gates of the official collector: they are the process's, set once before any config is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::collector {

inline constexpr std::string_view kFileDeletionGate = "filelog.allowFileDeletion";
inline constexpr std::string_view kMtimeSortGate = "filelog.mtimeSortType";

// What `--feature-gates` says: names, each turned on, or off with a '-' before it. Unknown ones, and those that cannot
// be turned off because this collector always does what they allow, are errors.
Status set_feature_gates(const std::vector<std::string>& gates);
bool has_feature(std::string_view gate);

}  // namespace oc::collector
