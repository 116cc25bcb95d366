// ALR-4: tells every configured receiver of something, at once.
#pragma once

#include <tuple>

#include "contracts/record/record.h"
#include "control_plane/activities/typed_activity.h"
#include "control_plane/alerting/alert_receiver.h"

namespace oc::control_plane {

struct SendAlertInput {
  std::string kind = "manual";
  std::string key;
  std::string summary;
  std::string details;
  std::string severity = "error";
  bool resolved = false;
  static constexpr auto fields() {
    using I = SendAlertInput;
    return std::tuple(contracts::required("summary", &I::summary, "One line"),
                      contracts::optional("kind", &I::kind, "What it is about"),
                      contracts::optional("key", &I::key, "The same trouble has the same key; empty: the kind"),
                      contracts::optional("details", &I::details, "For whoever looks into it"),
                      contracts::optional("severity", &I::severity, "critical, error or warning"),
                      contracts::optional("resolved", &I::resolved, "It is over"));
  }
};
struct SendAlertOutput {
  std::string key;
  static constexpr auto fields() {
    return std::tuple(contracts::required("key", &SendAlertOutput::key, "By which receivers know it"));
  }
};

class SendAlert final : public TypedActivity<SendAlert, SendAlertInput, SendAlertOutput> {
 public:
  static constexpr std::string_view kName = "send_alert_activity";
  static constexpr std::string_view kDescription = "Sends an alert to the webhook, Slack and PagerDuty, as configured";
  explicit SendAlert(AlertSender& sender) : sender_(sender) {}
  Result<SendAlertOutput> execute(const SendAlertInput& input, const ActivityContext& context) override;

 private:
  AlertSender& sender_;
};

}  // namespace oc::control_plane
