// The closed loop for one agent (CP-7): from what should run to what is proven to deliver, or back. Started when
// sources change, when a policy is applied, and when what was promoted unproven fails later
// (workflows/reload_scheduler.h).
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "contracts/record/record.h"
#include "control_plane/workflows/workflow.h"
#include "control_plane/workflows/workflow_context.h"

namespace oc::control_plane {

inline constexpr std::string_view kReloadWorkflow = "collector_dynamic_reload_workflow";
// Counted up with every change of the steps below: a run of an older definition begins again from observation.
inline constexpr std::int64_t kReloadDefinition = 2;

struct ConfigChange {
  std::string agent_id;
  std::int64_t policy_version = 0;
  std::string reason;
  std::string author = "onecollector";
  bool take_back = false;
  static constexpr auto fields() {
    using I = ConfigChange;
    return std::tuple(contracts::required("agent_id", &I::agent_id, "Whose collector"),
                      contracts::optional("policy_version", &I::policy_version, "To be tried; 0: the current one"),
                      contracts::optional("reason", &I::reason, "Empty: what changed of the sources"),
                      contracts::optional("author", &I::author, "Who wants it"),
                      contracts::optional("take_back", &I::take_back, "Takes the present policy back"));
  }
};

struct ReloadOutcome {
  std::string result;
  std::int64_t config_version = 0;
  std::int64_t policy_version = 0;
  std::string reason;
  static constexpr auto fields() {
    using O = ReloadOutcome;
    return std::tuple(
        contracts::required("result", &O::result,
                            "promoted, unproven, refused, rolled_back, failed (to apply), pending (the agent is away)"),
        contracts::required("config_version", &O::config_version, "That runs at the end; refused: that does not"),
        contracts::required("policy_version", &O::policy_version, "It was rendered under"),
        contracts::required("reason", &O::reason, "In words"));
  }
};

Workflow<ReloadOutcome> collector_dynamic_reload(WorkflowContext& run, ConfigChange change);

}  // namespace oc::control_plane
