// OTLP/JSON (opentelemetry-proto, "JSON Protobuf Encoding") is turned into protobuf, so that there is one mapping only.
#include <fmt/format.h>
#include <protozero/pbf_writer.hpp>

#include "contracts/otlp/fields.h"
#include "contracts/otlp/json_values.h"
#include "contracts/otlp/log_reader.h"
#include "contracts/otlp/mended_json.h"

namespace oc::contracts::otlp {

namespace {

using namespace json_values;

// The number, or the enum's name: a number in a string is none.
std::int32_t severity(const Json& value) {
  if (!value.is_string()) return integer<std::int32_t>(value);
  constexpr std::string_view kPrefix = "SEVERITY_NUMBER_";
  constexpr std::string_view kLevels[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  std::string_view name = text(value);
  if (name == "SEVERITY_NUMBER_UNSPECIFIED") return 0;
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  for (std::int32_t level = 0; level < 6; ++level) {
    if (!name.starts_with(kLevels[level])) continue;
    const auto step = name.substr(kLevels[level].size());
    if (step.empty()) return level * 4 + 1;
    if (step.size() == 1 && step[0] >= '2' && step[0] <= '4') return level * 4 + step[0] - '0';
  }
  refuse("is no severity number: " + text(value));
}

class JsonLogs {
 public:
  std::string request(const Json& json);

 private:
  using Writer = protozero::pbf_writer;
  template <typename Field, typename Encode>
  void each(const Json& object, const std::string& name, Writer& out, Field field, Encode encode);
  template <typename Field, typename Encode>
  void one(const Json& object, const std::string& name, Writer& out, Field field, Encode encode);
  template <typename Field>
  void string(const Json& object, const std::string& name, Writer& out, Field field);

  template <typename Field>
  void count(const Json& object, const std::string& name, Writer& out, Field field);

  std::string resource_logs(const Json& json);
  std::string resource(const Json& json);
  std::string scope_logs(const Json& json);
  std::string scope(const Json& json);
  std::string record(const Json& json);
  std::string key_value(const Json& json, int depth);
  std::string any_value(const Json& json, int depth);
  std::string list(const Json& json, int depth, bool is_map);
};

// The official receiver takes null for a message without fields.
const Json& or_empty(const Json& value) {
  static const Json kEmpty = Json::object();
  return value.is_null() ? kEmpty : value;
}

// The member is there, as null.
bool is_null_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_null();
}

template <typename Field, typename Encode>
void JsonLogs::each(const Json& object, const std::string& name, Writer& out, Field field, Encode encode) {
  const Json* items = member(object, name);
  if (items == nullptr) return;
  at(name, [&] {
    if (!items->is_array()) refuse("must be an array");
    for (std::size_t i = 0; i < items->size(); ++i)
      at(fmt::format("[{}]", i),
         [&] { out.add_message(static_cast<protozero::pbf_tag_type>(field), encode(or_empty((*items)[i]))); });
  });
}

template <typename Field, typename Encode>
void JsonLogs::one(const Json& object, const std::string& name, Writer& out, Field field, Encode encode) {
  if (const Json* value = member(object, name))
    at(name, [&] { out.add_bytes(static_cast<protozero::pbf_tag_type>(field), encode(*value)); });
}

template <typename Field>
void JsonLogs::string(const Json& object, const std::string& name, Writer& out, Field field) {
  one(object, name, out, field, [](const Json& value) { return text(value); });
}

template <typename Field>
void JsonLogs::count(const Json& object, const std::string& name, Writer& out, Field field) {
  if (const Json* value = member(object, name))
    at(name, [&] { out.add_uint32(static_cast<protozero::pbf_tag_type>(field), integer<std::uint32_t>(*value)); });
}

std::string JsonLogs::request(const Json& json) {
  std::string bytes;
  Writer out(bytes);
  each(json, "resource_logs", out, ExportLogsServiceRequest::resource_logs,
       [&](const Json& item) { return resource_logs(item); });
  return bytes;
}

std::string JsonLogs::resource_logs(const Json& json) {
  std::string bytes;
  Writer out(bytes);
  one(json, "resource", out, ResourceLogs::resource, [&](const Json& value) { return resource(value); });
  each(json, "scope_logs", out, ResourceLogs::scope_logs, [&](const Json& item) { return scope_logs(item); });
  string(json, "schema_url", out, ResourceLogs::schema_url);
  return bytes;
}

std::string JsonLogs::resource(const Json& json) {
  std::string bytes;
  Writer out(bytes);
  each(json, "attributes", out, Resource::attributes, [&](const Json& item) { return key_value(item, 0); });
  count(json, "dropped_attributes_count", out, Resource::dropped_attributes_count);
  return bytes;
}

std::string JsonLogs::scope_logs(const Json& json) {
  std::string bytes;
  Writer out(bytes);
  one(json, "scope", out, ScopeLogs::scope, [&](const Json& value) { return scope(value); });
  each(json, "log_records", out, ScopeLogs::log_records, [&](const Json& item) { return record(item); });
  string(json, "schema_url", out, ScopeLogs::schema_url);
  return bytes;
}

std::string JsonLogs::scope(const Json& json) {
  std::string bytes;
  Writer out(bytes);
  string(json, "name", out, InstrumentationScope::name);
  string(json, "version", out, InstrumentationScope::version);
  each(json, "attributes", out, InstrumentationScope::attributes, [&](const Json& item) { return key_value(item, 0); });
  count(json, "dropped_attributes_count", out, InstrumentationScope::dropped_attributes_count);
  return bytes;
}

std::string JsonLogs::record(const Json& json) {
  std::string bytes;
  Writer out(bytes);
  const auto number_field = [&](const std::string& name, auto add) {
    if (const Json* value = member(json, name)) at(name, [&] { add(*value); });
  };
  const auto tag = [](LogRecord field) { return static_cast<protozero::pbf_tag_type>(field); };
  for (const auto& [name, field] : {std::pair("time_unix_nano", LogRecord::time_unix_nano),
                                    std::pair("observed_time_unix_nano", LogRecord::observed_time_unix_nano)})
    number_field(name, [&](const Json& v) { out.add_fixed64(tag(field), integer<std::uint64_t>(v)); });
  number_field("severity_number", [&](const Json& v) { out.add_enum(tag(LogRecord::severity_number), severity(v)); });
  number_field("dropped_attributes_count", [&](const Json& v) {
    out.add_uint32(tag(LogRecord::dropped_attributes_count), integer<std::uint32_t>(v));
  });
  number_field("flags", [&](const Json& v) { out.add_fixed32(tag(LogRecord::flags), integer<std::uint32_t>(v)); });
  string(json, "severity_text", out, LogRecord::severity_text);
  string(json, "event_name", out, LogRecord::event_name);
  one(json, "body", out, LogRecord::body, [&](const Json& value) { return any_value(value, 0); });
  each(json, "attributes", out, LogRecord::attributes, [&](const Json& item) { return key_value(item, 0); });
  one(json, "trace_id", out, LogRecord::trace_id, [](const Json& value) { return from_hex(text(value)); });
  one(json, "span_id", out, LogRecord::span_id, [](const Json& value) { return from_hex(text(value)); });
  return bytes;
}

std::string JsonLogs::key_value(const Json& json, int depth) {
  std::string bytes;
  Writer out(bytes);
  string(json, "key", out, KeyValue::key);
  one(json, "value", out, KeyValue::value, [&](const Json& value) { return any_value(value, depth); });
  return bytes;
}

std::string JsonLogs::any_value(const Json& json, int depth) {
  if (depth > kMaxValueDepth) refuse("is nested deeper than 64 levels");
  std::string bytes;
  Writer out(bytes);
  const auto tag = [](AnyValue field) { return static_cast<protozero::pbf_tag_type>(field); };
  string(json, "string_value", out, AnyValue::string_value);
  if (is_null_member(json, "stringValue") || is_null_member(json, "string_value"))
    out.add_string(tag(AnyValue::string_value), "");  // as the official receiver reads it
  if (const Json* value = member(json, "bool_value")) {
    if (!value->is_boolean()) refuse("bool_value must be true or false");
    out.add_bool(tag(AnyValue::bool_value), value->get<bool>());
  }
  if (const Json* value = member(json, "int_value"))
    at("int_value", [&] { out.add_int64(tag(AnyValue::int_value), integer<std::int64_t>(*value)); });
  if (const Json* value = member(json, "double_value"))
    at("double_value", [&] { out.add_double(tag(AnyValue::double_value), number(*value)); });
  one(json, "array_value", out, AnyValue::array_value, [&](const Json& v) { return list(v, depth + 1, false); });
  one(json, "kvlist_value", out, AnyValue::kvlist_value, [&](const Json& v) { return list(v, depth + 1, true); });
  one(json, "bytes_value", out, AnyValue::bytes_value, [](const Json& value) { return from_base64(text(value)); });
  return bytes;
}

std::string JsonLogs::list(const Json& json, int depth, bool is_map) {
  std::string bytes;
  Writer out(bytes);
  each(json, "values", out, ArrayValue::values,
       [&](const Json& item) { return is_map ? key_value(item, depth) : any_value(item, depth); });
  return bytes;
}

}  // namespace

Result<std::string> logs_json_to_protobuf(std::string_view json) {
  auto parsed = parse_json(json);
  if (!parsed) {
    auto mended = parse_json(mended_json(json));
    if (!mended) return std::unexpected(std::move(parsed).error());
    parsed = std::move(mended);
  }
  try {
    return JsonLogs().request(or_empty(*parsed));
  } catch (const BadJson& bad) {
    return permanent(fmt::format("{}: {}", bad.path.empty() ? "the request" : bad.path, bad.what));
  }
}

}  // namespace oc::contracts::otlp
