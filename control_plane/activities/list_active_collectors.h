#pragma once

#include "control_plane/activities/typed_activity.h"
#include "control_plane/agent_manager/fleet_state.h"

namespace oc::control_plane {

struct ActiveCollector {
  std::string agent_id;
  std::string host_name;
  std::string kind;
  std::string version;
  bool healthy = false;
  std::int64_t config_version = 0;
  std::string config_state;
  std::string last_seen;
  static constexpr auto fields() {
    using contracts::required;
    return std::tuple(required("agent_id", &ActiveCollector::agent_id, "The agent that supervises it"),
                      required("host_name", &ActiveCollector::host_name, "Where it runs"),
                      required("kind", &ActiveCollector::kind, "native or official"),
                      required("version", &ActiveCollector::version, "As it says itself"),
                      required("healthy", &ActiveCollector::healthy, "By its agent's health check"),
                      required("config_version", &ActiveCollector::config_version, "The newest; 0: none yet"),
                      required("config_state", &ActiveCollector::config_state, "none, applying, applied or failed"),
                      required("last_seen", &ActiveCollector::last_seen, "Time of the agent's last message"));
  }
};
struct ListActiveCollectorsInput {
  static constexpr auto fields() { return std::tuple(); }
};
struct ListActiveCollectorsOutput {
  std::vector<ActiveCollector> collectors;
  static constexpr auto fields() {
    return std::tuple(contracts::required("collectors", &ListActiveCollectorsOutput::collectors, "By agent_id"));
  }
};

class ListActiveCollectors final
    : public TypedActivity<ListActiveCollectors, ListActiveCollectorsInput, ListActiveCollectorsOutput> {
 public:
  static constexpr std::string_view kName = "list_active_collectors_activity";
  static constexpr std::string_view kDescription = "Collectors whose agent is connected, with their config and health";
  explicit ListActiveCollectors(const FleetState& fleet) : fleet_(fleet) {}
  Result<Output> execute(const Input& input, const ActivityContext& context) override;

 private:
  const FleetState& fleet_;
};

}  // namespace oc::control_plane
