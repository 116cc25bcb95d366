// Whoever is told of alerts: one webhook, Slack channel or PagerDuty service.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "contracts/config/config.h"
#include "control_plane/alerting/alert.h"

namespace oc::control_plane {

struct ReceiverOptions {
  std::string name;         // "webhook", "slack" or "pagerduty": says how it is spoken to
  std::string url;          // may hold a secret: never in messages
  std::string routing_key;  // PagerDuty's; a secret
  std::string base_url;     // of our REST API
};

// Those that the config names; none is an empty list.
std::vector<ReceiverOptions> alert_receivers(const contracts::Config& config);

// One thread at a time.
class AlertReceiver {
 public:
  explicit AlertReceiver(ReceiverOptions options);
  const std::string& name() const { return options_.name; }
  // Taken by the receiver when it returns. A permanent error: it will never take this; a retryable one: later.
  Status send(const AlertGroup& group);
  // From another thread: ends the request under way.
  void cancel() { client_.cancel(); }

 private:
  Status post(const Json& payload);
  const ReceiverOptions options_;
  http::Client client_;
};

// Sends single alerts to every receiver, at once and without grouping: send_alert_activity. Thread-safe.
class AlertSender {
 public:
  explicit AlertSender(const contracts::Config& config);
  // The first error of any receiver, after all were asked. Without receivers a permanent error that says so.
  Status send(const Alert& alert);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<AlertReceiver>> receivers_;
};

}  // namespace oc::control_plane
