#include "contracts/opamp/custom_messages.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/utf8.h"
#include "contracts/delivery/ranges.h"
#include "contracts/opamp/instance_uid.h"
#include "model/json_fields.h"

namespace oc::contracts {

namespace {

using model::JsonFields;

constexpr std::string_view kIdRule = "1 to 128 of A-Z a-z 0-9 _ . : -";
constexpr std::string_view kUuidRule = "a UUID";

Json to_json(const std::vector<model::DiscoveredLogSource>& sources) {
  Json list = Json::array();
  for (const auto& source : sources) list.push_back(model::to_json(source));
  return list;
}

Json to_json(const LedgerEntry& entry) {
  return {{"source_id", to_utf8(entry.source_id)},
          {"size_bytes", entry.size_bytes},
          {"start_offset", entry.start_offset},
          {"last_newline_end", entry.last_newline_end},
          {"observed_at_ns", entry.observed_at_ns}};
}

// What a source says ends up in headers, file names and the collector's YAML.
Result<model::DiscoveredLogSource> source_from_json(const Json& json) {
  OC_TRY_ASSIGN(auto source, model::discovered_log_source_from_json(json));
  JsonFields fields(json, "");
  fields.require(is_delivery_id(source.source_id), "source_id", kIdRule);
  fields.require(model::has_log_path(source), "log_path", "an absolute path");
  OC_TRY(fields.status());
  return source;
}

Result<std::string> id_from_json(const Json& json) {
  if (!json.is_string() || !is_delivery_id(json.get_ref<const std::string&>())) {
    return permanent("expected " + std::string(kIdRule));
  }
  return json.get<std::string>();
}

Result<LedgerEntry> ledger_entry_from_json(const Json& json) {
  LedgerEntry entry;
  JsonFields fields(json, "");
  fields.read("source_id", entry.source_id);
  fields.require(is_delivery_id(entry.source_id), "source_id", kIdRule);
  fields.read("size_bytes", entry.size_bytes);
  fields.read("start_offset", entry.start_offset);
  fields.read("last_newline_end", entry.last_newline_end);
  fields.read("observed_at_ns", entry.observed_at_ns);
  OC_TRY(fields.status());
  return entry;
}

void read_test_id(JsonFields& fields, std::string& test_id) {
  fields.read("test_id", test_id);
  fields.require(opamp::uid_from_uuid(test_id).has_value(), "test_id", kUuidRule);
}

template <typename Message>
Result<Message> finished(const JsonFields& fields, Message message) {
  OC_TRY(fields.status());
  return message;
}

}  // namespace

std::string probe_line(const std::string& test_id, Nanos now_ns) {
  return fmt::format("{} INFO onecollector-probe test_id={}", to_rfc3339(now_ns), test_id);
}

std::string set_hash(const std::vector<model::DiscoveredLogSource>& sources) {
  std::vector<std::string> lines;
  lines.reserve(sources.size());
  for (const auto& source : sources) {
    // nlohmann::json sorts members, which makes the text independent of the order anybody writes them in.
    lines.push_back(to_utf8(source.source_id) + "\n" + nlohmann::json(model::to_json(source)).dump() + "\n");
  }
  std::ranges::sort(lines);
  std::string all;
  for (const auto& line : lines) all += line;
  return stable_hash(all);
}

Json to_json(const SourcesSnapshot& message) {
  return {{"sequence", message.sequence}, {"sources", to_json(message.sources)}, {"set_hash", message.set_hash}};
}

Json to_json(const SourcesDelta& message) {
  return {{"sequence", message.sequence},
          {"upserted", to_json(message.upserted)},
          {"removed", message.removed},
          {"set_hash", message.set_hash}};
}

Json to_json(const SourcesHeartbeat& message) {
  return {{"sequence", message.sequence}, {"set_hash", message.set_hash}};
}

Json to_json(const SourcesLedger& message) {
  Json files = Json::array();
  for (const auto& entry : message.files) files.push_back(to_json(entry));
  return {{"files", std::move(files)}};
}

Json to_json(const SourcesAck& message) { return {{"sequence", message.sequence}}; }

Json to_json(const SourcesResync& message) { return {{"reason", to_utf8(message.reason)}}; }

Json to_json(const ProbeWrite& message) { return {{"test_id", message.test_id}}; }

Json to_json(const ProbeWritten& message) {
  return {{"test_id", message.test_id}, {"written_at_ns", message.written_at_ns}, {"error", to_utf8(message.error)}};
}

template <>
Result<SourcesSnapshot> from_json(const Json& json) {
  SourcesSnapshot message;
  JsonFields fields(json, "");
  fields.read("sequence", message.sequence);
  fields.read_list("sources", message.sources, kMaxSourcesPerMessage, source_from_json);
  fields.read("set_hash", message.set_hash);
  return finished(fields, std::move(message));
}

template <>
Result<SourcesDelta> from_json(const Json& json) {
  SourcesDelta message;
  JsonFields fields(json, "");
  fields.read("sequence", message.sequence);
  fields.read_list("upserted", message.upserted, kMaxSourcesPerMessage, source_from_json);
  fields.read_list("removed", message.removed, kMaxSourcesPerMessage, id_from_json);
  fields.read("set_hash", message.set_hash);
  return finished(fields, std::move(message));
}

template <>
Result<SourcesHeartbeat> from_json(const Json& json) {
  SourcesHeartbeat message;
  JsonFields fields(json, "");
  fields.read("sequence", message.sequence);
  fields.read("set_hash", message.set_hash);
  return finished(fields, std::move(message));
}

template <>
Result<SourcesLedger> from_json(const Json& json) {
  SourcesLedger message;
  JsonFields fields(json, "");
  fields.read_list("files", message.files, kMaxSourcesPerMessage, ledger_entry_from_json);
  return finished(fields, std::move(message));
}

template <>
Result<SourcesAck> from_json(const Json& json) {
  SourcesAck message;
  JsonFields fields(json, "");
  fields.read("sequence", message.sequence);
  return finished(fields, message);
}

template <>
Result<SourcesResync> from_json(const Json& json) {
  SourcesResync message;
  JsonFields fields(json, "");
  fields.read("reason", message.reason);
  return finished(fields, std::move(message));
}

template <>
Result<ProbeWrite> from_json(const Json& json) {
  ProbeWrite message;
  JsonFields fields(json, "");
  read_test_id(fields, message.test_id);
  return finished(fields, std::move(message));
}

template <>
Result<ProbeWritten> from_json(const Json& json) {
  ProbeWritten message;
  JsonFields fields(json, "");
  read_test_id(fields, message.test_id);
  fields.read("written_at_ns", message.written_at_ns);
  fields.read("error", message.error);
  return finished(fields, std::move(message));
}

}  // namespace oc::contracts
