#include "control_plane/workflows/workflow_record.h"

#include <array>

namespace oc::control_plane {

namespace {

constexpr std::array<std::string_view, 4> kStates = {"running", "completed", "failed", "cancelled"};
constexpr std::array<std::string_view, 3> kKinds = {"activity", "timer", "signal"};

Json time_json(Nanos at) { return at == 0 ? Json(nullptr) : Json(to_rfc3339(at)); }

Json error_json(const std::optional<Error>& error) {
  if (!error) return nullptr;
  return {{"error", error->message}, {"next_step", error->next_step}, {"retryable", error->retryable()}};
}

Json parsed(const std::string& text) { return parse_json(text).value_or(Json(nullptr)); }

}  // namespace

std::string_view to_string(RunState state) { return kStates.at(static_cast<std::size_t>(state)); }
std::string_view to_string(StepState state) { return kStates.at(static_cast<std::size_t>(state)); }
std::string_view to_string(StepKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::optional<RunState> parse_run_state(std::string_view text) {
  for (std::size_t i = 0; i < kStates.size(); ++i)
    if (kStates[i] == text) return static_cast<RunState>(i);
  return std::nullopt;
}

Json to_json(const RunRecord& run) {
  return {{"run_id", run.run_id},
          {"workflow", run.workflow},
          {"definition_version", run.definition_version},
          {"key", run.key},
          {"epoch", run.epoch},
          {"state", to_string(run.state)},
          {"cancel_requested", run.cancel_requested},
          {"input", parsed(run.input)},
          {"outcome", run.outcome},
          {"error", error_json(run.error)},
          {"started_at", time_json(run.started_at_ns)},
          {"finished_at", time_json(run.finished_at_ns)}};
}

Json to_json(const StepRecord& step) {
  return {{"name", step.name},
          {"kind", to_string(step.kind)},
          {"epoch", step.epoch},
          {"state", to_string(step.state)},
          {"attempt", step.attempt},
          {"input", parsed(step.input)},
          {"output", step.output},
          {"error", error_json(step.error)},
          {"started_at", time_json(step.started_at_ns)},
          {"finished_at", time_json(step.finished_at_ns)},
          {"due_at", time_json(step.due_at_ns)}};
}

std::string json_text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace oc::control_plane
