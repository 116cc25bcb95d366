#include "control_plane/workflows/workflow_context.h"

#include <fmt/format.h>

namespace oc::control_plane {

using std::chrono::milliseconds;

StepAwaitable<void, true> WorkflowContext::sleep(milliseconds duration, std::string step) {
  return {*this, timer_request(duration, std::move(step))};
}
StepAwaitable<void, false> WorkflowContext::try_sleep(milliseconds duration, std::string step) {
  return {*this, timer_request(duration, std::move(step))};
}
StepAwaitable<std::optional<Json>, true> WorkflowContext::signal(const std::string& name, milliseconds timeout) {
  return {*this, signal_request(name, timeout)};
}
StepAwaitable<std::optional<Json>, false> WorkflowContext::try_signal(const std::string& name, milliseconds timeout) {
  return {*this, signal_request(name, timeout)};
}

void WorkflowContext::ask(StepRequest request, StepWaiter* waiter) {
  if (const int use = ++uses_[request.name]; use > 1) request.name += fmt::format("#{}", use);
  asked_ = {std::move(request), waiter};
}

StepRequest WorkflowContext::activity_request(std::string_view activity, std::string step, Json input) const {
  if (step.empty()) step = activity;
  return {StepKind::kActivity, std::move(step), std::string(activity), std::move(input), {}};
}
StepRequest WorkflowContext::timer_request(milliseconds duration, std::string step) const {
  return {StepKind::kTimer, std::move(step), {}, {}, duration};
}
StepRequest WorkflowContext::signal_request(const std::string& name, milliseconds timeout) const {
  return {StepKind::kSignal, "signal:" + name, name, {}, timeout};
}

}  // namespace oc::control_plane
