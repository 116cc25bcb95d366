#pragma once

#include "base/clock.h"
#include "control_plane/activities/typed_activity.h"
#include "control_plane/registry/registry_repository.h"

namespace oc::control_plane {

struct RegisterNewCollectorInput {
  std::string agent_id;
  std::string host_name;
  std::string version;
  static constexpr auto fields() {
    return std::tuple(
        contracts::required("agent_id", &RegisterNewCollectorInput::agent_id, "UUID of the agent that supervises it"),
        contracts::required("host_name", &RegisterNewCollectorInput::host_name, "Where it runs"),
        contracts::optional("version", &RegisterNewCollectorInput::version, "The agent's"));
  }
};
struct RegisterNewCollectorOutput {
  std::string agent_id;
  bool added = false;
  static constexpr auto fields() {
    return std::tuple(contracts::required("agent_id", &RegisterNewCollectorOutput::agent_id, "As given"),
                      contracts::required("added", &RegisterNewCollectorOutput::added, "False: it was known already"));
  }
};

// Makes a collector known before its agent has connected, so that sources can be registered for it.
class RegisterNewCollector final
    : public TypedActivity<RegisterNewCollector, RegisterNewCollectorInput, RegisterNewCollectorOutput> {
 public:
  static constexpr std::string_view kName = "register_new_collector_activity";
  static constexpr std::string_view kDescription = "Makes an agent and its collector known to the registry";
  explicit RegisterNewCollector(AgentRepository& agents, const Clock& clock = system_clock())
      : agents_(agents), clock_(clock) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  AgentRepository& agents_;
  const Clock& clock_;
};

}  // namespace oc::control_plane
