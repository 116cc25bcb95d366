#include "collector/exporters/file/otlp_json.h"

#include <cmath>

#include <fmt/format.h>

#include "collector/record/batch_reader.h"
#include "contracts/otlp/log_parts.h"
#include "contracts/otlp/value_text.h"
#include "formats/json_string.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

constexpr std::string_view kRecordOffsetKey = "log.file.record_offset";

// Bytes that are not UTF-8 stay as they came, as in the official exporter.
void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = formats::plain_json_length(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    formats::append_escaped_json(text.substr(0, 1), out);
    text.remove_prefix(1);
  }
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

void append_value(std::string& out, const Value& value);

// Elements of a list with commas between.
template <typename Items, typename Append>
void append_list(std::string& out, const Items& items, Append append) {
  out += '[';
  for (const auto& item : items) {
    if (out.back() != '[') out += ',';
    append(item);
  }
  out += ']';
}

void append_attributes(std::string& out, const Value& map) {
  append_list(out, map.fields(), [&](const otlp::Field& field) {
    out += "{\"key\":";
    append_string(out, field.key);
    out += ",\"value\":";
    append_value(out, field.value);
    out += '}';
  });
}

void append_value(std::string& out, const Value& value) {
  using Type = Value::Type;
  switch (value.type) {
    case Type::kNull:
      out += "{}";
      return;
    case Type::kBool:
      out += value.boolean ? R"({"boolValue":true})" : R"({"boolValue":false})";
      return;
    case Type::kInt:
      out += fmt::format(R"({{"intValue":"{}"}})", value.integer);
      return;
    case Type::kDouble: {
      const auto text = std::isnan(value.number)    ? "\"NaN\""
                        : !std::isinf(value.number) ? otlp::number_text(value.number)
                        : value.number > 0          ? "\"Infinity\""
                                                    : "\"-Infinity\"";
      out += fmt::format(R"({{"doubleValue":{}}})", text);
      return;
    }
    case Type::kString:
      out += "{\"stringValue\":";
      append_string(out, value.text());
      break;
    case Type::kBytes:
      out += fmt::format(R"({{"bytesValue":"{}")", otlp::base64(value.text()));
      break;
    case Type::kList:
      out += "{\"arrayValue\":{\"values\":";
      append_list(out, value.items(), [&](const Value& item) { append_value(out, item); });
      out += '}';
      break;
    case Type::kMap:
      out += "{\"kvlistValue\":{\"values\":";
      append_attributes(out, value);
      out += '}';
      break;
  }
  out += '}';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  if (out.back() != '{') out += ',';
  out += fmt::format("\"{}\":", name);
  append_string(out, text);
}

void append_count(std::string& out, std::string_view name, std::uint32_t count) {
  if (count == 0) return;
  if (out.back() != '{') out += ',';
  out += fmt::format("\"{}\":{}", name, count);
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

void append_context(std::string& out, const otlp::LogContext& context) {
  append_count(out, "droppedAttributesCount", context.dropped_attributes_count);
  append_count(out, "flags", context.flags);
  append_member(out, "traceId", hex(context.trace_id));
  append_member(out, "spanId", hex(context.span_id));
  append_member(out, "eventName", context.event_name);
}

void append_scope(std::string& out, std::string_view encoded, Arena& arena) {
  const auto scope = otlp::decode_scope(encoded, arena);
  out += '{';
  append_member(out, "name", scope.name);
  append_member(out, "version", scope.version);
  if (scope.attributes.size > 0) {
    out += out.back() == '{' ? "\"attributes\":" : ",\"attributes\":";
    append_attributes(out, scope.attributes);
  }
  append_count(out, "droppedAttributesCount", scope.dropped_attributes_count);
  out += '}';
}

void append_record(std::string& out, const LogRecord& record, const Value& attributes) {
  out += '{';
  if (record.time_ns() != 0)
    out += fmt::format(R"("timeUnixNano":"{}",)", static_cast<std::uint64_t>(record.time_ns()));
  if (record.observed_ns() != 0) out += fmt::format(R"("observedTimeUnixNano":"{}",)", record.observed_ns());
  if (record.severity_number() != 0) out += fmt::format(R"("severityNumber":{},)", record.severity_number());
  if (!record.severity_text().empty()) {
    out += "\"severityText\":";
    append_string(out, record.severity_text());
    out += ',';
  }
  out += "\"body\":";
  append_value(out, record.body());
  if (attributes.size > 0) {
    out += ",\"attributes\":";
    append_attributes(out, attributes);
  }
  append_context(out, record.context());
  out += '}';
}

}  // namespace

void append_resource_logs_json(std::string& out, const LogBatch& batch, std::size_t first, std::size_t count,
                               bool with_record_offset) {
  Arena arena;
  const BatchReader reader(batch, arena);
  const auto& stream = *batch.stream;
  out += R"({"resource":{"attributes":)";
  append_attributes(out, reader.resource());
  append_count(out, "droppedAttributesCount", otlp::dropped_attributes_of(stream.resource_rest));
  out += R"(},"scopeLogs":[{"scope":)";
  append_scope(out, stream.scope, arena);
  out += R"(,"logRecords":[)";
  for (std::size_t i = first; i < first + count; ++i) {
    if (i > first) out += ',';
    const auto record = reader.record(i);
    Value attributes = record.attributes();
    if (with_record_offset) {
      attributes = otlp::clone(attributes, arena);
      attributes.set(kRecordOffsetKey, Value::of(static_cast<std::int64_t>(batch.records[i].offset)), arena);
    }
    append_record(out, record, attributes);
  }
  out += ']';
  append_member(out, "schemaUrl", stream.scope_schema_url);
  out += "}]";
  append_member(out, "schemaUrl", stream.resource_schema_url);
  out += '}';
}

std::string otlp_json(const LogBatch& batch) {
  std::string out = R"({"resourceLogs":[)";
  append_resource_logs_json(out, batch, 0, batch.records.size(), batch.stream->with_record_offset);
  return out + "]}";
}

}  // namespace oc::collector
