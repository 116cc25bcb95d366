// The sockets of the engines to follow.
#pragma once

#include <string>
#include <vector>

#include "contracts/config/config.h"

namespace oc::agent {

// Those of the config; where it has only the defaults, also those that rootless engines of our own user have, below
// `runtime_folder` (XDG_RUNTIME_DIR; nullptr: there is none). Engines of other users are followed where the config
// names them and not before: an engine says where its logs lie, and we may read what its user may not.
std::vector<std::string> engine_sockets(const contracts::DockerDiscovery& config, const char* runtime_folder);

}  // namespace oc::agent
