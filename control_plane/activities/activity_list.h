// The activities by name: the one place that says which there are (activity_list.cc registers each).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "contracts/config/config.h"
#include "control_plane/activities/activity.h"
#include "control_plane/activities/config_activity_parts.h"
#include "control_plane/activities/reconcile.h"

namespace oc::control_plane {

class AgentManager;
class AlertSender;
class LogSourceRegistry;
class SourceRepository;
class AgentRepository;
class FleetState;

// Filled at start-up, then only read: by any thread.
class ActivityList {
 public:
  // A permanent error when the name is taken or is not lower_case ending in "_activity".
  Status add(std::unique_ptr<Activity> activity);
  Activity* find(std::string_view name) const;  // null: there is none
  std::vector<Activity*> all() const;           // by name
  // "no activity is called …", with what may have been meant.
  Error unknown(std::string_view name) const;

 private:
  std::map<std::string, std::unique_ptr<Activity>, std::less<>> activities_;
};

// What activities work with; all must outlive the list.
struct ActivityParts {
  const contracts::Config& config;
  const std::string& token;  // of our own store
  LogSourceRegistry& registry;
  SourceRepository& sources;
  AgentRepository& agents;
  const FleetState& fleet;
  AgentManager& manager;
  const ConfigActivityParts& configs;
  AlertSender& alerts;
  Reconcile reconcile;
  SpawnOptions backend;  // of start_loki_activity
};
Result<ActivityList> control_plane_activities(const ActivityParts& parts);

}  // namespace oc::control_plane
