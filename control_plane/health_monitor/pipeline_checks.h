// The checks of the log pipeline (CP-5).
#pragma once

#include <functional>

#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/health_monitor/health_check.h"
#include "model/collector_config.h"

namespace oc::control_plane {

// Sources whose collector cannot send at the moment, or whose records a sink refused, from the collectors' reports.
class LokiPushErrorsCheck final : public HealthCheck {
 public:
  LokiPushErrorsCheck(const FleetState& fleet, const Clock& clock) : fleet_(fleet), clock_(clock) {}
  std::string_view name() const override { return "check_loki_push_errors"; }
  Result<HealthResult> check() override;

 private:
  const FleetState& fleet_;
  const Clock& clock_;
};

// Complete lines that a collector has not got rid of, in bytes: what fills up when a sink is slower than the logs.
class QueueBackpressureCheck final : public HealthCheck {
 public:
  // A collector holds at most some MiB of a file in memory; more than this is a backlog in the files themselves.
  static constexpr std::uint64_t kBacklogBytes = 16 << 20;

  QueueBackpressureCheck(const FleetState& fleet, const Clock& clock) : fleet_(fleet), clock_(clock) {}
  std::string_view name() const override { return "check_collector_queue_backpressure"; }
  Result<HealthResult> check() override;

 private:
  const FleetState& fleet_;
  const Clock& clock_;
};

// A line through the whole pipeline of every connected agent: waits for it, at most 30 s. `last_probe` in place of a
// new one makes it answer at once.
class EndToEndSampleLogCheck final : public HealthCheck {
 public:
  using Probe = std::function<std::optional<model::VerificationResult>()>;
  EndToEndSampleLogCheck(Probe probe, const Clock& clock) : probe_(std::move(probe)), clock_(clock) {}
  std::string_view name() const override { return "check_end_to_end_sample_log"; }
  Result<HealthResult> check() override;

 private:
  Probe probe_;
  const Clock& clock_;
};

}  // namespace oc::control_plane
