// Runs a config over this host's newest records before it is applied (DESIGN section 4; a single host's canary): the
// collector's own program does it, into counting sinks. An official collector cannot; it is asked whether it would take
// the config, and the report says that this is all ("validated_only").
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace oc::agent {

struct DryRun {
  std::vector<std::string> command;  // program and first arguments of the collector
  std::filesystem::path folder;      // for the config while it runs, mode 0600
  bool official = false;
  std::vector<std::string> receivers;  // that are run; empty: all
  std::uint64_t max_records = 1000;
  std::chrono::milliseconds timeout{10'000};
};

// What `collector dry-run --output json` printed, also when it refuses the config ("ok": false). An error: it could not
// be run at all, or did not end in time. Blocks for at most `timeout` and a little.
Result<Json> dry_run(const DryRun& options, const std::string& yaml);

}  // namespace oc::agent
