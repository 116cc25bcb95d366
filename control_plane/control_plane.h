// The role that decides: registry, configs, proof of delivery, and their REST API. Never touches log data (CP-10).
#pragma once

#include "base/process.h"
#include "base/result.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"

namespace oc::control_plane {

// Returns when `signals` says stop (within 5 s, cleanly), or with the error that prevented starting. One control plane
// a data directory: waits up to 10 s for another to end.
Status run_control_plane(const contracts::Config& config, const contracts::DataDirectory& data, SignalWait& signals);

}  // namespace oc::control_plane
