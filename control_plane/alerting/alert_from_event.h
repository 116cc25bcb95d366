// Which events are alerts, and what they say. Pure.
#pragma once

#include <string>
#include <vector>

#include "control_plane/alerting/alert.h"
#include "control_plane/event_bus/event_bus.h"

namespace oc::control_plane {

// The event types below; others never are alerts.
const std::vector<std::string>& alerting_event_types();

// `base_url`: of the REST API, for links. Empty: nothing to tell, such as a cancelled workflow.
// What is over resolves its alert: source_delivered that of source_not_delivered, config_promoted that of
// config_rolled_back and config_refused of the same agent (unless its data has `rollback: true`), a workflow that
// succeeds that of its last failure.
std::vector<Alert> alerts_from(const Event& event, const std::string& base_url);

}  // namespace oc::control_plane
