// The two health checks of OPS-0: one collector, and everything the platform runs.
#pragma once

#include "contracts/config/config.h"
#include "control_plane/activities/typed_activity.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

struct ServiceHealth {
  std::string name;
  bool healthy = false;
  std::string reason;
  static constexpr auto fields() {
    return std::tuple(
        contracts::required("name", &ServiceHealth::name, "control-plane, log-store, or collector AGENT_ID"),
        contracts::required("healthy", &ServiceHealth::healthy, "It answers and is ready"),
        contracts::required("reason", &ServiceHealth::reason, "Why not; empty when healthy"));
  }
};

struct VerifyCollectorHealthInput {
  std::string agent_id;
  static constexpr auto fields() {
    return std::tuple(
        contracts::required("agent_id", &VerifyCollectorHealthInput::agent_id, "The agent that supervises it"));
  }
};

class VerifyCollectorHealth final
    : public TypedActivity<VerifyCollectorHealth, VerifyCollectorHealthInput, ServiceHealth> {
 public:
  static constexpr std::string_view kName = "verify_collector_health_activity";
  static constexpr std::string_view kDescription = "Whether a collector runs and answers its health check";
  explicit VerifyCollectorHealth(const FleetState& fleet) : fleet_(fleet) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  const FleetState& fleet_;
};

struct VerifyServicesHealthInput {
  static constexpr auto fields() { return std::tuple(); }
};
struct VerifyServicesHealthOutput {
  bool healthy = false;
  std::vector<ServiceHealth> services;
  static constexpr auto fields() {
    return std::tuple(contracts::required("healthy", &VerifyServicesHealthOutput::healthy, "All of them are"),
                      contracts::required("services", &VerifyServicesHealthOutput::services, "Each that there is"));
  }
};

class VerifyServicesHealth final
    : public TypedActivity<VerifyServicesHealth, VerifyServicesHealthInput, VerifyServicesHealthOutput> {
 public:
  static constexpr std::string_view kName = "verify_services_health_activity";
  static constexpr std::string_view kDescription = "Health of the control plane, the log store and every collector";
  // `token` opens the embedded store; it is shown to no other.
  VerifyServicesHealth(const contracts::Config& config, std::string token, AgentRepository& agents,
                       const FleetState& fleet)
      : config_(config), token_(std::move(token)), agents_(agents), fleet_(fleet) {}
  ActivityLimits limits() const override { return {.timeout = std::chrono::seconds(10), .attempts = 1}; }
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  ServiceHealth store_health(const ActivityContext& context) const;

  const contracts::Config& config_;
  const std::string token_;
  AgentRepository& agents_;
  const FleetState& fleet_;
};

}  // namespace oc::control_plane
