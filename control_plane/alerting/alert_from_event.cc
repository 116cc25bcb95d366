#include "control_plane/alerting/alert_from_event.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/http/message.h"

namespace oc::control_plane {

std::string_view to_string(AlertStatus status) { return status == AlertStatus::kFiring ? "firing" : "resolved"; }

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return "critical";
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
  }
  return "error";
}

namespace {

// Members of an event's data are the publisher's; what is not there is left out of the alert.
std::string text(const Json& data, std::initializer_list<const char*> names) {
  if (!data.is_object()) return {};
  for (const auto* name : names)
    if (const auto at = data.find(name);
        at != data.end() && at->is_string() && !at->get_ref<const std::string&>().empty())
      return at->get<std::string>();
  return {};
}

std::int64_t number(const Json& data, std::initializer_list<const char*> names) {
  if (!data.is_object()) return 0;
  for (const auto* name : names)
    if (const auto at = data.find(name); at != data.end() && at->is_number_integer()) return at->get<std::int64_t>();
  return 0;
}

std::vector<std::string> source_names(const Json& data) {
  std::vector<std::string> names;
  const auto sources = data.is_object() ? data.find("sources") : data.end();
  if (!data.is_object() || sources == data.end() || !sources->is_array()) return names;
  for (const auto& source : *sources) {
    if (names.size() == kSourcesInAlert) break;
    auto name = source.is_string() ? source.get<std::string>() : text(source, {"log_path", "source_id"});
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

Alert base_alert(const Event& event, std::string kind, AlertStatus status, const std::string& about) {
  Alert alert;
  alert.key = kind + "/" + about;
  alert.kind = std::move(kind);
  alert.status = status;
  alert.details = text(event.data, {"reason", "error", "message"});
  alert.sources = source_names(event.data);
  alert.host = text(event.data, {"host", "host_name"});
  alert.config_version = number(event.data, {"config_version", "bad_version", "version"});
  alert.starts_at_ns = event.at_ns;
  if (status == AlertStatus::kResolved) alert.ends_at_ns = event.at_ns;
  return alert;
}

std::string on_host(const Alert& alert) { return alert.host.empty() ? "" : " on " + alert.host; }

std::string version_text(const Alert& alert) {
  return alert.config_version == 0 ? "the config" : fmt::format("config version {}", alert.config_version);
}

// The good version that a rollback ended at: it works, but what was rolled back is still to be looked at.
bool puts_back(const Event& event) {
  return event.data.is_object() && event.data.value("rollback", Json(false)) == true;
}

std::string agent_of(const Event& event) {
  const auto agent = text(event.data, {"agent_id"});
  return agent.empty() ? event.subject : agent;
}

Alert config_alert(const Event& event, std::string kind, AlertStatus status, const std::string& base_url) {
  const auto agent = agent_of(event);
  auto alert = base_alert(event, std::move(kind), status, agent);
  alert.severity = alert.kind == "config_rolled_back" ? Severity::kError : Severity::kWarning;
  const auto verb = status == AlertStatus::kResolved     ? "works again: promoted"
                    : alert.kind == "config_rolled_back" ? "was rolled back"
                                                         : "was refused";
  alert.summary = fmt::format("{}{} {}", version_text(alert), on_host(alert), verb);
  alert.link = base_url + (alert.config_version == 0 ? "/api/v1/configs?agent=" + http::percent_encode(agent)
                                                     : fmt::format("/api/v1/configs/{}/{}", http::percent_encode(agent),
                                                                   alert.config_version));
  return alert;
}

Alert source_alert(const Event& event, AlertStatus status, const std::string& base_url) {
  auto alert = base_alert(event, "source_not_delivered", status, event.subject);
  alert.severity = Severity::kCritical;
  const auto count = std::max<std::int64_t>(1, number(event.data, {"count"}));
  const auto one = alert.sources.empty() ? event.subject : alert.sources.front();
  const auto who = count == 1 ? one : fmt::format("{} sources", count);
  alert.summary = status == AlertStatus::kFiring ? fmt::format("logs of {}{} are not delivered", who, on_host(alert))
                                                 : fmt::format("logs of {}{} are delivered again", who, on_host(alert));
  alert.link = base_url + (count == 1 ? "/api/v1/sources/" + http::percent_encode(event.subject) + "/explain"
                                      : "/api/v1/sources?status=active");
  return alert;
}

std::vector<Alert> workflow_alerts(const Event& event, const std::string& base_url) {
  const auto outcome = text(event.data, {"status", "state", "outcome"});
  const bool failed = outcome == "failed" || outcome == "timed_out";
  if (!failed && outcome != "succeeded" && outcome != "completed") return {};
  const auto workflow = text(event.data, {"workflow", "name", "type"});
  const auto about = text(event.data, {"key", "scope", "agent_id"});
  auto alert = base_alert(event, "workflow_failed", failed ? AlertStatus::kFiring : AlertStatus::kResolved,
                          (workflow.empty() ? event.subject : workflow) + (about.empty() ? "" : "/" + about));
  alert.summary =
      fmt::format("workflow {} {}", workflow.empty() ? event.subject : workflow, failed ? "failed" : "succeeds again");
  alert.link = base_url + "/api/v1/workflows/" + http::percent_encode(event.subject);
  return {alert};
}

}  // namespace

const std::vector<std::string>& alerting_event_types() {
  static const std::vector<std::string> types = {"config_rolled_back",   "config_refused",   "config_promoted",
                                                 "source_not_delivered", "source_delivered", "workflow_finished"};
  return types;
}

std::vector<Alert> alerts_from(const Event& event, const std::string& base_url) {
  if (event.type == "config_rolled_back" || event.type == "config_refused")
    return {config_alert(event, event.type, AlertStatus::kFiring, base_url)};
  if (event.type == "config_promoted" && puts_back(event)) return {};
  if (event.type == "config_promoted")
    return {config_alert(event, "config_rolled_back", AlertStatus::kResolved, base_url),
            config_alert(event, "config_refused", AlertStatus::kResolved, base_url)};
  if (event.type == "source_not_delivered") return {source_alert(event, AlertStatus::kFiring, base_url)};
  if (event.type == "source_delivered") return {source_alert(event, AlertStatus::kResolved, base_url)};
  if (event.type == "workflow_finished") return workflow_alerts(event, base_url);
  return {};
}

}  // namespace oc::control_plane
