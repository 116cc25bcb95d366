// CP-7: has the reload workflow look at agents soon, as its own timer does every 20 s.
#pragma once

#include <functional>
#include <string>
#include <tuple>

#include "contracts/record/record.h"
#include "control_plane/activities/typed_activity.h"

namespace oc::control_plane {

// Looks at an agent soon; empty: at all.
using Reconcile = std::function<void(const std::string& agent_id)>;

struct ReconcileInput {
  std::string agent_id;
  static constexpr auto fields() {
    return std::tuple(contracts::optional("agent_id", &ReconcileInput::agent_id, "Empty: all agents"));
  }
};
struct ConfigChangeEventInput {
  std::string type;
  std::string subject;
  static constexpr auto fields() {
    using I = ConfigChangeEventInput;
    return std::tuple(contracts::required("type", &I::type, "Of the event, e.g. log_source_registered"),
                      contracts::optional("subject", &I::subject, "The agent it is about; empty: all"));
  }
};
struct ReconcileOutput {
  bool scheduled = true;
  static constexpr auto fields() {
    return std::tuple(contracts::required("scheduled", &ReconcileOutput::scheduled, "Changes, if any, start a run"));
  }
};

class ScheduleReconcile final : public TypedActivity<ScheduleReconcile, ReconcileInput, ReconcileOutput> {
 public:
  static constexpr std::string_view kName = "schedule_reconcile_activity";
  static constexpr std::string_view kDescription = "Compares what agents run with what they should run, now";
  explicit ScheduleReconcile(Reconcile reconcile) : reconcile_(std::move(reconcile)) {}
  Result<ReconcileOutput> execute(const ReconcileInput& input, const ActivityContext&) override {
    reconcile_(input.agent_id);
    return ReconcileOutput{};
  }

 private:
  const Reconcile reconcile_;
};

class HandleConfigChangeEvent final
    : public TypedActivity<HandleConfigChangeEvent, ConfigChangeEventInput, ReconcileOutput> {
 public:
  static constexpr std::string_view kName = "handle_config_change_event_activity";
  static constexpr std::string_view kDescription = "What an outside event bus calls when sources or policies changed";
  explicit HandleConfigChangeEvent(Reconcile reconcile) : reconcile_(std::move(reconcile)) {}
  Result<ReconcileOutput> execute(const ConfigChangeEventInput& input, const ActivityContext&) override {
    reconcile_(input.subject);
    return ReconcileOutput{};
  }

 private:
  const Reconcile reconcile_;
};

}  // namespace oc::control_plane
