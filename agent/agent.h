// The agent of a host: discovers log files, reports them to the control plane, and runs the collector as it is told.
#pragma once

#include <string>

#include "base/process.h"
#include "base/result.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"

namespace oc::agent {

struct AgentOptions {
  std::string executable;       // whose `collector` subcommand is started; empty: this program
  int file_system_events = -1;  // descriptor that `up` handed over, see discovery/marked_file_systems.h; -1: none
};

// Runs until told to stop, then stops the collector, too; a killed agent leaves it running for its successor. Waits up
// to 10 s for the agent before it to end. The error is what prevented starting.
Status run_agent(const contracts::Config& config, const contracts::DataDirectory& directory,
                 const AgentOptions& options, SignalWait& signals);

}  // namespace oc::agent
