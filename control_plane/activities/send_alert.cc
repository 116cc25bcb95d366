#include "control_plane/activities/send_alert.h"

#include <fmt/format.h>

#include "base/clock.h"

namespace oc::control_plane {

namespace {

Result<Severity> severity_of(const std::string& text) {
  for (const auto severity : {Severity::kCritical, Severity::kError, Severity::kWarning})
    if (to_string(severity) == text) return severity;
  return permanent(fmt::format("severity: \"{}\" is not critical, error or warning", text));
}

}  // namespace

Result<SendAlertOutput> SendAlert::execute(const SendAlertInput& input, const ActivityContext&) {
  Alert alert;
  OC_TRY_ASSIGN(alert.severity, severity_of(input.severity));
  alert.kind = input.kind;
  alert.key = input.key.empty() ? input.kind : input.key;
  alert.status = input.resolved ? AlertStatus::kResolved : AlertStatus::kFiring;
  alert.summary = input.summary;
  alert.details = input.details;
  alert.starts_at_ns = system_clock().wall_ns();
  if (input.resolved) alert.ends_at_ns = alert.starts_at_ns;
  OC_TRY(sender_.send(alert));
  return SendAlertOutput{alert.key};
}

}  // namespace oc::control_plane
