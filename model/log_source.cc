#include "model/log_source.h"

#include <array>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "model/json_fields.h"

namespace oc::model {

namespace {

constexpr std::array<std::pair<SourceType, std::string_view>, 5> kTypeNames = {{
    {SourceType::kDocker, "docker"},
    {SourceType::kKubernetes, "k8s"},
    {SourceType::kFilesystem, "filesystem"},
    {SourceType::kJournald, "journald"},
    {SourceType::kProbe, "probe"},
}};
constexpr std::array<std::pair<SourceStatus, std::string_view>, 2> kStatusNames = {{
    {SourceStatus::kActive, "active"},
    {SourceStatus::kInactive, "inactive"},
}};

template <typename Table, typename Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [candidate, name] : table) {
    if (candidate == value) return name;
  }
  return "unknown";
}

template <typename Table, typename Value>
void read_name(JsonFields& fields, const Table& table, std::string_view member, Value& value) {
  std::string text;
  fields.read(member, text);
  if (!fields.status()) return;
  std::string expected;
  for (const auto& [candidate, name] : table) {
    if (name == text) {
      value = candidate;
      return;
    }
    expected += (expected.empty() ? "one of " : ", ") + std::string(name);
  }
  fields.require(false, member, expected);
}

// Paths and what Docker or systemd tell are bytes; JSON carries only UTF-8.
Json text_map(const std::map<std::string, std::string>& values) {
  Json json = Json::object();
  for (const auto& [key, value] : values) json[to_utf8(key)] = to_utf8(value);
  return json;
}

Json text_list(const std::vector<std::string>& values) {
  Json json = Json::array();
  for (const auto& value : values) json.push_back(to_utf8(value));
  return json;
}

}  // namespace

bool has_log_path(const DiscoveredLogSource& source) {
  const bool of_journal = source.source_type == SourceType::kJournald && source.log_path.starts_with(kJournalPath);
  return (of_journal || source.log_path.starts_with('/')) && source.log_path.find('\0') == std::string::npos;
}

std::string_view to_string(SourceType type) { return name_in(kTypeNames, type); }
std::string_view to_string(SourceStatus status) { return name_in(kStatusNames, status); }

Json to_json(const LogShape& shape) {
  return {{"shape", to_utf8(shape.shape)},
          {"timestamp_layout", to_utf8(shape.timestamp_layout)},
          {"record_start", to_utf8(shape.record_start)},
          {"encoding", to_utf8(shape.encoding)},
          {"multiline", shape.multiline},
          {"confidence", shape.confidence},
          {"reason", to_utf8(shape.reason)}};
}

Result<LogShape> log_shape_from_json(const Json& json) {
  LogShape shape;
  JsonFields fields(json, "");
  fields.read("shape", shape.shape);
  fields.read("timestamp_layout", shape.timestamp_layout);
  fields.read("record_start", shape.record_start);
  fields.read("encoding", shape.encoding);
  fields.read("multiline", shape.multiline);
  fields.read("confidence", shape.confidence);
  fields.require(shape.confidence >= 0 && shape.confidence <= 1, "confidence", "a number from 0 to 1");
  fields.read("reason", shape.reason);
  OC_TRY(fields.status());
  return shape;
}

Json to_json(const DiscoveredLogSource& source) {
  return {{"source_id", to_utf8(source.source_id)}, {"source_type", to_string(source.source_type)},
          {"log_path", to_utf8(source.log_path)},   {"aliases", text_list(source.aliases)},
          {"metadata", text_map(source.metadata)},  {"discovered_at", to_rfc3339(source.discovered_at_ns)},
          {"status", to_string(source.status)},     {"shape", to_json(source.shape)},
          {"start_offset", source.start_offset},    {"skipped_bytes", source.skipped_bytes}};
}

Result<DiscoveredLogSource> discovered_log_source_from_json(const Json& json) {
  DiscoveredLogSource source;
  JsonFields fields(json, "");
  fields.read("source_id", source.source_id);
  read_name(fields, kTypeNames, "source_type", source.source_type);
  fields.read("log_path", source.log_path);
  fields.read("aliases", source.aliases);
  fields.read("metadata", source.metadata);
  fields.read_time("discovered_at", source.discovered_at_ns);
  read_name(fields, kStatusNames, "status", source.status);
  fields.read_with("shape", source.shape, log_shape_from_json);
  fields.read("start_offset", source.start_offset);
  fields.read("skipped_bytes", source.skipped_bytes);
  OC_TRY(fields.status());
  return source;
}

Json to_json(const RegisteredLogSource& registered) {
  return {{"id", to_utf8(registered.id)},
          {"agent_id", to_utf8(registered.agent_id)},
          {"source", to_json(registered.source)},
          {"labels", text_map(registered.labels)},
          {"user_labels", text_map(registered.user_labels)},
          {"registered_at", to_rfc3339(registered.registered_at_ns)},
          {"last_seen", to_rfc3339(registered.last_seen_ns)},
          {"config_version", registered.config_version}};
}

}  // namespace oc::model
