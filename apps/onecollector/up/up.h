// `onecollector up`: starts backend, control plane and agent, restarts what dies, and shows what is delivered.
#pragma once

#include "apps/onecollector/commands.h"
#include "base/process.h"
#include "cli/output.h"

namespace oc::apps {

struct UpOptions {
  RoleOptions role;
  bool once = false;  // stop after the table; exit code 0 when every source is verified or idle
  cli::Output output = cli::Output::kTable;
};

int up_command(const UpOptions& options, SignalWait& signals);

}  // namespace oc::apps
