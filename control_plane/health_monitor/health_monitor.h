// All checks together, as the status shows them.
#pragma once

#include "control_plane/health_monitor/pipeline_checks.h"
#include "control_plane/verification/verification_board.h"

namespace oc::control_plane {

class HealthMonitor {
 public:
  // From what is known already: answers at once. All must outlive the monitor; thread-safe.
  HealthMonitor(const FleetState& fleet, const VerificationBoard& board, const Clock& clock = system_clock());
  // In a fixed order; a check that could not be asked is "unknown" with its error.
  std::vector<HealthResult> check_all() const;

 private:
  const Clock& clock_;
  std::vector<std::unique_ptr<HealthCheck>> checks_;
};

}  // namespace oc::control_plane
