#include "collector/exporters/file/otlp_json.h"

#include <cmath>

#include <fmt/format.h>

#include "collector/record/batch_reader.h"
#include "contracts/otlp/value_text.h"
#include "formats/json_string.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

constexpr std::string_view kRecordOffsetKey = "log.file.record_offset";

void append_string(std::string& out, std::string_view text) {
  out += '"';
  formats::append_escaped_json(text, out);
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

void append_record(std::string& out, const LogRecord& record, const Value& attributes) {
  out += '{';
  if (record.time_ns() != 0)
    out += fmt::format(R"("timeUnixNano":"{}",)", static_cast<std::uint64_t>(record.time_ns()));
  out += fmt::format(R"("observedTimeUnixNano":"{}")", record.observed_ns());
  if (record.severity_number() != 0) out += fmt::format(R"(,"severityNumber":{})", record.severity_number());
  if (!record.severity_text().empty()) {
    out += ",\"severityText\":";
    append_string(out, record.severity_text());
  }
  out += ",\"body\":";
  append_value(out, record.body());
  if (attributes.size > 0) {
    out += ",\"attributes\":";
    append_attributes(out, attributes);
  }
  out += '}';
}

}  // namespace

std::string otlp_json(const LogBatch& batch) {
  Arena arena;
  const BatchReader reader(batch, arena);
  std::string out = R"({"resourceLogs":[{"resource":{"attributes":)";
  append_attributes(out, reader.resource());
  out += R"(},"scopeLogs":[{"scope":{},"logRecords":[)";
  for (std::size_t i = 0; i < reader.size(); ++i) {
    if (i > 0) out += ',';
    const auto record = reader.record(i);
    Value attributes = record.attributes();
    if (batch.stream->with_record_offset) {
      attributes = otlp::clone(attributes, arena);
      attributes.set(kRecordOffsetKey, Value::of(static_cast<std::int64_t>(batch.records[i].offset)), arena);
    }
    append_record(out, record, attributes);
  }
  return out + "]}]}]}";
}

}  // namespace oc::collector
