// The official OpenTelemetry Collector that onecollector.yaml names: the agent runs it, and the control plane asks it
// about configs where it has it, too.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "contracts/config/config.h"

namespace oc::contracts {

struct OfficialCollector {
  std::string executable;  // a path
  std::string version;     // "0.158.0"
};

// By agent.collector.executable, else otelcol-contrib or otelcol on PATH; asks the program for its version. The error
// says what is missing and what to do.
Result<OfficialCollector> find_official_collector(const Config& config);

// From what `--version` prints, "otelcol-contrib version 0.158.0"; empty: it is another program.
std::string official_version(std::string_view printed);

}  // namespace oc::contracts
