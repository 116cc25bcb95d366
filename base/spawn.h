// The part of starting a child that run() adds to spawn(). Private to base/.
#pragma once

#include "base/process.h"

namespace oc {

struct ChildPlumbing {
  int output_fd = -1;      // becomes standard output and error; -1: SpawnOptions.log_file decides
  bool own_group = false;  // a process group of its own, so that it can be killed with what it starts
};

Result<pid_t> spawn_with(const SpawnOptions& options, const ChildPlumbing& plumbing);

}  // namespace oc
