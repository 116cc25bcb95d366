// One notification in the words of its receiver (docs/alerting.md). Pure.
#pragma once

#include "control_plane/alerting/alert.h"

namespace oc::control_plane {

// Alertmanager's webhook, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config).
Json webhook_payload(const AlertGroup& group, const std::string& base_url);
// Slack's incoming webhook (https://api.slack.com/messaging/webhooks): `text`, and one attachment with the colour.
Json slack_payload(const AlertGroup& group);
// PagerDuty's Events API v2 takes one alert an event.
Json pagerduty_payload(const Alert& alert, const std::string& routing_key);

}  // namespace oc::control_plane
