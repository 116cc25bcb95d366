#include "control_plane/health_monitor/health_monitor.h"

namespace oc::control_plane {

HealthMonitor::HealthMonitor(const FleetState& fleet, const VerificationBoard& board, const Clock& clock)
    : clock_(clock) {
  checks_.push_back(std::make_unique<EndToEndSampleLogCheck>(
      [&board] { return board.store().queryable ? board.probe() : std::nullopt; }, clock));
  checks_.push_back(std::make_unique<LokiPushErrorsCheck>(fleet, clock));
  checks_.push_back(std::make_unique<QueueBackpressureCheck>(fleet, clock));
}

std::vector<HealthResult> HealthMonitor::check_all() const {
  std::vector<HealthResult> results;
  for (const auto& check : checks_) {
    auto result = check->check();
    results.push_back(result ? std::move(*result)
                             : HealthResult{std::string(check->name()), HealthState::kUnknown, result.error().text(),
                                            Json::object(), clock_.wall_ns()});
  }
  return results;
}

}  // namespace oc::control_plane
