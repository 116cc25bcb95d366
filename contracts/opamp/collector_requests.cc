#include "contracts/opamp/collector_requests.h"

#include <array>

#include "base/utf8.h"
#include "contracts/opamp/instance_uid.h"
#include "model/json_fields.h"

namespace oc::contracts {

namespace {

using model::JsonFields;

constexpr std::array<std::pair<CollectorAction, std::string_view>, 5> kActions{{
    {CollectorAction::kDryRun, "dry_run"},
    {CollectorAction::kStart, "start"},
    {CollectorAction::kStop, "stop"},
    {CollectorAction::kRestart, "restart"},
    {CollectorAction::kReload, "reload"},
}};

void read_action(JsonFields& fields, CollectorAction& action) {
  std::string text;
  fields.read("action", text);
  const auto* known = std::find_if(kActions.begin(), kActions.end(), [&](const auto& a) { return a.second == text; });
  fields.require(known != kActions.end(), "action", "dry_run, start, stop, restart or reload");
  if (known != kActions.end()) action = known->first;
}

void read_request_id(JsonFields& fields, std::string& request_id) {
  fields.read("request_id", request_id);
  fields.require(opamp::uid_from_uuid(request_id).has_value(), "request_id", "a UUID");
}

}  // namespace

std::string_view to_string(CollectorAction action) {
  for (const auto& [known, text] : kActions)
    if (known == action) return text;
  return "dry_run";
}

Json to_json(const CollectorRequest& request) {
  return {{"request_id", request.request_id},   {"action", to_string(request.action)},
          {"config", to_utf8(request.config)},  {"receivers", request.receivers},
          {"max_records", request.max_records}, {"timeout_ms", request.timeout_ms}};
}

Json to_json(const CollectorAnswer& answer) {
  return {{"request_id", answer.request_id},
          {"error", to_utf8(answer.error)},
          {"retryable", answer.retryable},
          {"result", answer.result}};
}

Result<CollectorRequest> collector_request_from_json(const Json& json) {
  CollectorRequest request;
  JsonFields fields(json, "");
  read_request_id(fields, request.request_id);
  read_action(fields, request.action);
  fields.read("config", request.config);
  if (json.contains("receivers")) fields.read("receivers", request.receivers);
  fields.require(request.receivers.size() <= kMaxDryRunReceivers, "receivers", "at most 200");
  fields.read("max_records", request.max_records);
  fields.require(request.max_records <= kMaxDryRunRecords, "max_records", "at most 100000");
  fields.read("timeout_ms", request.timeout_ms);
  const auto longest = static_cast<std::uint64_t>(kMaxDryRunTime.count());
  fields.require(request.timeout_ms > 0 && request.timeout_ms <= longest, "timeout_ms", "1 to 60000");
  OC_TRY(fields.status());
  return request;
}

Result<CollectorAnswer> collector_answer_from_json(const Json& json) {
  CollectorAnswer answer;
  JsonFields fields(json, "");
  read_request_id(fields, answer.request_id);
  fields.read("error", answer.error);
  fields.read("retryable", answer.retryable);
  OC_TRY(fields.status());
  const auto result = json.find("result");
  if (result == json.end() || !result->is_object()) return permanent("result: expected an object");
  answer.result = *result;
  return answer;
}

}  // namespace oc::contracts
