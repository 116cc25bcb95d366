// What changed between two collector configs: by component, and line by line.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::control_plane {

// Components are named "receivers::file_log/ab12", "service::pipelines::logs", "service::telemetry" …; sorted.
struct ConfigDiff {
  std::vector<std::string> added, removed, changed;
  std::string text;  // unified; empty where both are the same text
};
Json to_json(const ConfigDiff& diff);

// Names stand in the head of the unified text. Errors: one of them is not YAML.
Result<ConfigDiff> config_diff(const std::string& before, const std::string& after, const std::string& before_name,
                               const std::string& after_name);

}  // namespace oc::control_plane
