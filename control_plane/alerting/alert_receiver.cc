#include "control_plane/alerting/alert_receiver.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "control_plane/alerting/alert_payloads.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kShownAnswerBytes = 200;  // of a receiver's refusal; it goes into one line of a log

http::Client::Options client_options() {
  http::Client::Options options;
  options.connect_timeout = std::chrono::milliseconds(5'000);
  options.request_timeout = std::chrono::milliseconds(10'000);
  options.max_response_bytes = 1 << 20;  // nobody reads more of it than kShownAnswerBytes
  options.headers.set("User-Agent", "onecollector");
  return options;
}

// What will not be otherwise at the next attempt. 401, 403 and 404 are mistakes of a config that a person mends while
// the alert waits.
bool refuses_content(int status) { return status == 400 || status == 413 || status == 415 || status == 422; }

}  // namespace

std::vector<ReceiverOptions> alert_receivers(const contracts::Config& config) {
  const auto& alerts = config.alerts;
  const auto base_url = "http://" + config.listen.ui.text();
  std::vector<ReceiverOptions> receivers;
  if (!alerts.webhook_url.empty()) receivers.push_back({"webhook", alerts.webhook_url, "", base_url});
  if (!alerts.slack_url.empty()) receivers.push_back({"slack", alerts.slack_url, "", base_url});
  if (!alerts.pagerduty_routing_key.empty())
    receivers.push_back({"pagerduty", alerts.pagerduty_url, alerts.pagerduty_routing_key, base_url});
  return receivers;
}

AlertReceiver::AlertReceiver(ReceiverOptions options) : options_(std::move(options)), client_(client_options()) {}

Status AlertReceiver::send(const AlertGroup& group) {
  if (group.empty()) return {};
  if (options_.name == "webhook") return post(webhook_payload(group, options_.base_url));
  if (options_.name == "slack") return post(slack_payload(group));
  for (const auto& alert : group) OC_TRY(post(pagerduty_payload(alert, options_.routing_key)));
  return {};
}

Status AlertReceiver::post(const Json& payload) {
  // `replace`: a path or a reason that is no UTF-8 must not keep an alert back.
  auto response =
      client_.post(options_.url, payload.dump(-1, ' ', false, Json::error_handler_t::replace), "application/json");
  if (!response) return in_context(std::move(response).error(), options_.name);
  if (response->status / 100 == 2) return {};
  auto message = fmt::format("{} answered {}: {}", options_.name, response->status,
                             to_utf8(response->body.substr(0, kShownAnswerBytes)));
  return refuses_content(response->status) ? permanent(std::move(message)) : retryable(std::move(message));
}

AlertSender::AlertSender(const contracts::Config& config) {
  for (auto& options : alert_receivers(config))
    receivers_.push_back(std::make_unique<AlertReceiver>(std::move(options)));
}

Status AlertSender::send(const Alert& alert) {
  std::lock_guard lock(mutex_);
  if (receivers_.empty())
    return permanent("no receiver of alerts is configured",
                     "set alerts.webhook.url, alerts.slack.url or alerts.pagerduty.routing_key");
  Status first;
  for (const auto& receiver : receivers_)
    if (auto sent = receiver->send({alert}); !sent && first) first = std::move(sent);
  return first;
}

}  // namespace oc::control_plane
