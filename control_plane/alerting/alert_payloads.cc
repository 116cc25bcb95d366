#include "control_plane/alerting/alert_payloads.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/ids.h"
#include "contracts/config/version.h"

namespace oc::control_plane {

namespace {

constexpr const char* kReceiver = "onecollector";
// As Alertmanager writes a time that has not come.
constexpr const char* kNever = "0001-01-01T00:00:00Z";
// PagerDuty refuses a longer summary; Slack cuts a longer text.
constexpr std::size_t kMaxSummary = 1024;
constexpr std::size_t kMaxSlackText = 3000;
constexpr std::size_t kMaxDedupKey = 255;

std::string end_text(const Alert& alert) { return alert.ends_at_ns == 0 ? kNever : to_rfc3339(alert.ends_at_ns); }

Json labels(const Alert& alert) {
  Json labels{{"alertname", alert.kind}, {"severity", to_string(alert.severity)}};
  if (!alert.host.empty()) labels["host"] = alert.host;
  if (alert.config_version != 0) labels["config_version"] = std::to_string(alert.config_version);
  labels["key"] = alert.key;
  return labels;
}

Json annotations(const Alert& alert) {
  Json annotations{{"summary", alert.summary}};
  if (!alert.details.empty()) annotations["description"] = alert.details;
  if (!alert.sources.empty()) annotations["sources"] = fmt::format("{}", fmt::join(alert.sources, ", "));
  return annotations;
}

Json webhook_alert(const Alert& alert) {
  return {{"status", to_string(alert.status)}, {"labels", labels(alert)},
          {"annotations", annotations(alert)}, {"startsAt", to_rfc3339(alert.starts_at_ns)},
          {"endsAt", end_text(alert)},         {"generatorURL", alert.link},
          {"fingerprint", alert.key}};
}

std::string dedup_key(const Alert& alert) {
  return alert.key.size() <= kMaxDedupKey ? alert.key : alert.kind + "/" + stable_hash(alert.key);
}

std::string mrkdwn(const std::string& text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '&')
      escaped += "&amp;";
    else if (letter == '<')
      escaped += "&lt;";
    else if (letter == '>')
      escaped += "&gt;";
    else
      escaped += letter;
  }
  return escaped;
}

std::string slack_line(const Alert& alert) {
  auto line = fmt::format("• <{}|{}>", alert.link, mrkdwn(alert.summary));
  if (!alert.details.empty()) line += "\n    " + mrkdwn(alert.details);
  return line;
}

}  // namespace

Json webhook_payload(const AlertGroup& group, const std::string& base_url) {
  const auto& first = group.front();
  Json alerts = Json::array();
  for (const auto& alert : group) alerts.push_back(webhook_alert(alert));
  const Json common{{"alertname", first.kind}, {"severity", to_string(first.severity)}};
  return {{"version", "4"},          {"groupKey", fmt::format("{{}}:{{alertname=\"{}\"}}", first.kind)},
          {"truncatedAlerts", 0},    {"status", to_string(first.status)},
          {"receiver", kReceiver},   {"groupLabels", {{"alertname", first.kind}}},
          {"commonLabels", common},  {"commonAnnotations", group.size() == 1 ? annotations(first) : Json::object()},
          {"externalURL", base_url}, {"alerts", std::move(alerts)}};
}

Json slack_payload(const AlertGroup& group) {
  const auto& first = group.front();
  const bool firing = first.status == AlertStatus::kFiring;
  auto title = group.size() == 1 ? first.summary : fmt::format("{} × {}", group.size(), first.kind);
  std::string text;
  std::size_t shown = 0;
  for (const auto& alert : group) {
    const auto line = slack_line(alert) + "\n";
    if (text.size() + line.size() > kMaxSlackText) break;
    text += line;
    ++shown;
  }
  if (shown < group.size()) text += fmt::format("… and {} more\n", group.size() - shown);
  return {{"text", fmt::format("[{}] {}", firing ? "FIRING" : "RESOLVED", mrkdwn(title))},
          {"attachments",
           Json::array({{{"color", firing ? "danger" : "good"}, {"mrkdwn_in", {"text"}}, {"text", std::move(text)}}})}};
}

Json pagerduty_payload(const Alert& alert, const std::string& routing_key) {
  const bool firing = alert.status == AlertStatus::kFiring;
  Json event{
      {"routing_key", routing_key}, {"event_action", firing ? "trigger" : "resolve"}, {"dedup_key", dedup_key(alert)}};
  if (!firing) return event;
  event["payload"] = {{"summary", alert.summary.substr(0, kMaxSummary)},
                      {"source", alert.host.empty() ? kReceiver : alert.host},
                      {"severity", to_string(alert.severity)},
                      {"timestamp", to_rfc3339(alert.starts_at_ns)},
                      {"class", alert.kind},
                      {"custom_details", annotations(alert)}};
  if (alert.config_version != 0) event["payload"]["custom_details"]["config_version"] = alert.config_version;
  event["client"] = fmt::format("OneCollector {}", contracts::kVersion);
  event["links"] = Json::array({{{"href", alert.link}, {"text", "look at it"}}});
  return event;
}

}  // namespace oc::control_plane
