// Secrets in an overlay stand as ${env:NAME} or ${file:PATH}: policies are kept, shown and sent, secrets are not.
#pragma once

#include <string>
#include <vector>

#include "control_plane/config_builder/config_problem.h"
#include "control_plane/config_builder/yaml_tree.h"

namespace oc::control_plane {

// Values under keys such as password, token or authorization, and passwords in URLs, that are written out. Messages
// never repeat them.
std::vector<ConfigProblem> literal_secrets(const YamlTree& tree, const std::string& file);

}  // namespace oc::control_plane
