// The role that decides: registry, configs, proof of delivery, and their REST API. Never touches log data (CP-10).
#pragma once

#include <string>
#include <vector>

#include "base/process.h"
#include "base/result.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"

namespace oc::control_plane {

struct ControlPlaneOptions {
  std::string collector = own_executable();  // whose `collector validate` judges configs
  std::vector<std::string>
      backend_arguments;  // of our program: start the embedded store; none: it is not ours to start
};

// Returns when `signals` says stop (within 5 s, cleanly), or with the error that prevented starting. One control plane
// a data directory: waits up to 10 s for another to end.
Status run_control_plane(const contracts::Config& config, const contracts::DataDirectory& data,
                         const ControlPlaneOptions& options, SignalWait& signals);

}  // namespace oc::control_plane
