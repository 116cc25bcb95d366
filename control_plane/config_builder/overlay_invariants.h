// What every config must keep for the product to see and prove delivery, whatever an overlay says.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "control_plane/config_builder/config_problem.h"
#include "control_plane/config_builder/otel_config.h"
#include "control_plane/config_builder/yaml_tree.h"

namespace oc::control_plane {

// Compares the merged config with `base`, which it was merged from. `blocks`: the rendered receivers, component name →
// source_id. Places are in `overlay_file`.
std::vector<ConfigProblem> broken_invariants(const YamlTree& base, const YamlTree& merged,
                                             const std::map<std::string, std::string>& blocks,
                                             const std::string& overlay_file);

// Where the overlay speaks of the component ("receivers::file_log/ab12", "service::pipelines::logs"): its key, or,
// where `file_log/*` stood for it, the first thing it says; a line of 0 where the overlay does not touch it.
YamlPlace overlay_place(const YamlTree& merged, std::string_view component);

}  // namespace oc::control_plane
