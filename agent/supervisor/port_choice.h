// The collector's ports: the wanted one, or the next free one if somebody else has it.
#pragma once

#include <string>

#include <sys/types.h>

#include "base/result.h"
#include "contracts/config/config.h"

namespace oc::agent {

struct PortChoice {
  contracts::Endpoint endpoint;
  std::string note;  // "13133 belongs to otelcol (pid 12): the collector's health check is at 13134"; empty: as wanted
};

// A port held by `own_collector` (0: none runs) counts as free. `purpose` is for the note: "health check". The error:
// the wanted port and the 50 after it are all taken.
Result<PortChoice> choose_port(const contracts::Endpoint& wanted, const std::string& purpose, pid_t own_collector);

}  // namespace oc::agent
