// What receivers get, field by field, from the events that make alerts.
#include "control_plane/alerting/alert_payloads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/alerting/alert_from_event.h"

namespace oc::control_plane {
namespace {

using testing::HasSubstr;

constexpr const char* kBase = "http://127.0.0.1:8080";
constexpr Nanos kTime = 1'795'399'869'120'000'000;

Event rolled_back() {
  return {7,
          kTime,
          "config_rolled_back",
          "agent-1",
          {{"host", "web-1"}, {"config_version", 12}, {"reason", "all records are lost: 10 left out by filter/all"}}};
}
Event not_delivered() {
  return {8,
          kTime,
          "source_not_delivered",
          "9f2c",
          {{"count", 1},
           {"host", "web-1"},
           {"reason", "stored: store unreachable"},
           {"sources", Json::array({{{"source_id", "9f2c"}, {"log_path", "/var/log/a.log"}}})}}};
}

TEST(AlertFromEvent, ARollbackSaysWhatWhereAndWhy) {
  const auto alerts = alerts_from(rolled_back(), kBase);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].key, "config_rolled_back/agent-1");
  EXPECT_EQ(alerts[0].summary, "config version 12 on web-1 was rolled back");
  EXPECT_EQ(alerts[0].details, "all records are lost: 10 left out by filter/all");
  EXPECT_EQ(alerts[0].link, "http://127.0.0.1:8080/api/v1/configs/agent-1/12");
}

TEST(AlertFromEvent, ASourceIsNamedByItsPathAndManyByTheirNumber) {
  auto event = not_delivered();
  EXPECT_EQ(alerts_from(event, kBase)[0].summary, "logs of /var/log/a.log on web-1 are not delivered");
  EXPECT_EQ(alerts_from(event, kBase)[0].link, "http://127.0.0.1:8080/api/v1/sources/9f2c/explain");
  event.data["count"] = 10'000;
  EXPECT_EQ(alerts_from(event, kBase)[0].summary, "logs of 10000 sources on web-1 are not delivered");
}

TEST(AlertFromEvent, TheEndOfATroubleHasTheSameKey) {
  auto event = not_delivered();
  const auto key = alerts_from(event, kBase)[0].key;
  event.type = "source_delivered";
  const auto end = alerts_from(event, kBase);
  EXPECT_EQ(end[0].key, key);
  EXPECT_EQ(end[0].status, AlertStatus::kResolved);
  EXPECT_EQ(end[0].ends_at_ns, kTime);
  event = rolled_back();
  event.type = "config_promoted";
  ASSERT_EQ(alerts_from(event, kBase).size(), 2u);
  EXPECT_EQ(alerts_from(event, kBase)[0].key, "config_rolled_back/agent-1");
  event.data["rollback"] = true;
  EXPECT_TRUE(alerts_from(event, kBase).empty()) << "the version that was put back";
}

TEST(AlertFromEvent, OnlyWorkflowsThatFailedAreAlerts) {
  Event event{
      9, kTime, "workflow_finished", "run-1", {{"workflow", "collector_dynamic_reload"}, {"status", "cancelled"}}};
  EXPECT_TRUE(alerts_from(event, kBase).empty());
  event.data["status"] = "failed";
  EXPECT_EQ(alerts_from(event, kBase)[0].summary, "workflow collector_dynamic_reload failed");
  event.data["status"] = "succeeded";
  EXPECT_EQ(alerts_from(event, kBase)[0].status, AlertStatus::kResolved);
}

TEST(AlertFromEvent, DataOfAnyFormIsTaken) {
  for (const auto& data :
       {Json(nullptr), Json::array({1}), Json("x"), Json{{"count", "x"}, {"sources", 1}, {"reason", 2}}})
    EXPECT_EQ(alerts_from({1, kTime, "source_not_delivered", "s", data}, kBase).size(), 1u);
}

TEST(AlertPayload, TheWebhookIsAlertmanagers) {
  const auto payload = webhook_payload(alerts_from(rolled_back(), kBase), kBase);
  EXPECT_EQ(payload["version"], "4");
  EXPECT_EQ(payload["status"], "firing");
  EXPECT_EQ(payload["externalURL"], kBase);
  EXPECT_EQ(payload["groupLabels"]["alertname"], "config_rolled_back");
  const auto& alert = payload["alerts"][0];
  EXPECT_EQ(alert["labels"]["severity"], "error");
  EXPECT_EQ(alert["labels"]["host"], "web-1");
  EXPECT_EQ(alert["labels"]["config_version"], "12");
  EXPECT_EQ(alert["annotations"]["summary"], "config version 12 on web-1 was rolled back");
  EXPECT_EQ(alert["annotations"]["description"], "all records are lost: 10 left out by filter/all");
  EXPECT_EQ(alert["startsAt"], "2026-11-23T02:11:09.120Z");
  EXPECT_EQ(alert["endsAt"], "0001-01-01T00:00:00Z");
  EXPECT_EQ(alert["fingerprint"], "config_rolled_back/agent-1");
}

TEST(AlertPayload, SlackGetsLinksAndNoMarkupOfOthers) {
  auto event = rolled_back();
  event.data["reason"] = "<!channel> & more";
  const auto payload = slack_payload(alerts_from(event, kBase));
  EXPECT_EQ(payload["text"], "[FIRING] config version 12 on web-1 was rolled back");
  const auto text = payload["attachments"][0]["text"].get<std::string>();
  EXPECT_THAT(text, HasSubstr("<http://127.0.0.1:8080/api/v1/configs/agent-1/12|config version 12"));
  EXPECT_THAT(text, HasSubstr("&lt;!channel&gt; &amp; more"));
  EXPECT_EQ(payload["attachments"][0]["color"], "danger");
}

TEST(AlertPayload, SlackIsNotFlooded) {
  const AlertGroup many(500, alerts_from(rolled_back(), kBase)[0]);
  const auto payload = slack_payload(many);
  EXPECT_LT(payload["attachments"][0]["text"].get<std::string>().size(), 3'100u);
  EXPECT_THAT(payload["attachments"][0]["text"].get<std::string>(), HasSubstr("… and "));
}

TEST(AlertPayload, PagerDutyTriggersAndResolvesByTheSameKey) {
  const auto trigger = pagerduty_payload(alerts_from(not_delivered(), kBase)[0], "R0");
  EXPECT_EQ(trigger["routing_key"], "R0");
  EXPECT_EQ(trigger["event_action"], "trigger");
  EXPECT_EQ(trigger["dedup_key"], "source_not_delivered/9f2c");
  EXPECT_EQ(trigger["payload"]["severity"], "critical");
  EXPECT_EQ(trigger["payload"]["source"], "web-1");
  EXPECT_EQ(trigger["payload"]["custom_details"]["sources"], "/var/log/a.log");
  auto end = not_delivered();
  end.type = "source_delivered";
  const auto resolve = pagerduty_payload(alerts_from(end, kBase)[0], "R0");
  EXPECT_EQ(resolve["event_action"], "resolve");
  EXPECT_EQ(resolve["dedup_key"], trigger["dedup_key"]);
  EXPECT_FALSE(resolve.contains("payload"));
}

}  // namespace
}  // namespace oc::control_plane
