// The collector's state as OpAMP health: the whole, the component "collector", and one component for each failing
// source, "source/ID".
#pragma once

#include <map>
#include <string>

#include "contracts/opamp/collector_report.h"
#include "contracts/opamp/messages.h"

namespace oc::agent {

struct CollectorState {
  bool running = false;
  bool answers = false;     // its metrics can be read
  bool configured = false;  // it has a config to run
  std::string last_error;   // why it is not as it should be; empty: nothing known
  Nanos started_ns = 0;
};

// Times are the state's own, so that equal states give equal reports.
contracts::opamp::ComponentHealth health_report(const CollectorState& state,
                                                const std::map<std::string, contracts::CollectorSourceReport>& figures);

}  // namespace oc::agent
