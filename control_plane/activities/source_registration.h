// The activities that write sources into the registry: what a workflow engine of somebody else's drives instead of, or
// beside, the agents' own reports. A source that its agent does not report goes inactive with the agent's next
// snapshot.
#pragma once

#include "control_plane/activities/typed_activity.h"
#include "control_plane/agent_manager/fleet_state.h"
#include "control_plane/registry/log_source_registry.h"

namespace oc::contracts {

template <>
struct Codec<model::DiscoveredLogSource> {
  static Json schema();
  static Json write(const model::DiscoveredLogSource& source) { return to_json(source); }
  static Status read(const Json& json, const std::string& path, model::DiscoveredLogSource& source);
};

}  // namespace oc::contracts

namespace oc::control_plane {

struct RegistrationOutput {
  std::string source_id;
  std::string result;
  static constexpr auto fields() {
    return std::tuple(contracts::required("source_id", &RegistrationOutput::source_id, "Its id from now on"),
                      contracts::required("result", &RegistrationOutput::result, "inserted, updated or unchanged"));
  }
};

struct UpsertRegistryRecordInput {
  std::string agent_id;
  model::DiscoveredLogSource source;
  static constexpr auto fields() {
    return std::tuple(contracts::required("agent_id", &UpsertRegistryRecordInput::agent_id, "Whose source it is"),
                      contracts::required("source", &UpsertRegistryRecordInput::source, "As an agent reports it"));
  }
};

class UpsertRegistryRecord final
    : public TypedActivity<UpsertRegistryRecord, UpsertRegistryRecordInput, RegistrationOutput> {
 public:
  static constexpr std::string_view kName = "upsert_registry_record_activity";
  static constexpr std::string_view kDescription = "Registers a source, or updates it; never twice";
  UpsertRegistryRecord(const FleetState& fleet, AgentRepository& agents, LogSourceRegistry& registry)
      : fleet_(fleet), agents_(agents), registry_(registry) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  const FleetState& fleet_;
  AgentRepository& agents_;
  LogSourceRegistry& registry_;
};

struct RegisterServiceInput {
  std::string agent_id;
  std::string service_name;
  std::string log_path;
  static constexpr auto fields() {
    return std::tuple(contracts::required("agent_id", &RegisterServiceInput::agent_id, "On whose host it runs"),
                      contracts::required("service_name", &RegisterServiceInput::service_name, "Its service.name"),
                      contracts::required("log_path", &RegisterServiceInput::log_path, "Absolute path of its log"));
  }
};

// The source already known at this path is given the service's name; else one is made.
class RegisterService final : public TypedActivity<RegisterService, RegisterServiceInput, RegistrationOutput> {
 public:
  static constexpr std::string_view kName = "register_service_activity";
  static constexpr std::string_view kDescription = "Registers a service by the log file it writes";
  RegisterService(const FleetState& fleet, AgentRepository& agents, LogSourceRegistry& registry,
                  const Clock& clock = system_clock())
      : fleet_(fleet), agents_(agents), registry_(registry), clock_(clock) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  const FleetState& fleet_;
  AgentRepository& agents_;
  LogSourceRegistry& registry_;
  const Clock& clock_;
};

struct DeregisterServiceInput {
  std::string service_name;
  std::string agent_id;
  static constexpr auto fields() {
    return std::tuple(
        contracts::required("service_name", &DeregisterServiceInput::service_name, "The service.name of its sources"),
        contracts::optional("agent_id", &DeregisterServiceInput::agent_id, "Only on this agent's host; empty: all"));
  }
};
struct DeregisterServiceOutput {
  std::uint64_t deregistered = 0;
  static constexpr auto fields() {
    return std::tuple(contracts::required("deregistered", &DeregisterServiceOutput::deregistered,
                                          "Sources that were active until now"));
  }
};

class DeregisterService final
    : public TypedActivity<DeregisterService, DeregisterServiceInput, DeregisterServiceOutput> {
 public:
  static constexpr std::string_view kName = "deregister_service_activity";
  static constexpr std::string_view kDescription = "Marks the sources of a service inactive";
  explicit DeregisterService(LogSourceRegistry& registry) : registry_(registry) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  LogSourceRegistry& registry_;
};

}  // namespace oc::control_plane
