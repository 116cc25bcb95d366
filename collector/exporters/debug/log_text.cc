#include "collector/exporters/debug/log_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "collector/record/batch_reader.h"
#include "contracts/otlp/log_parts.h"
#include "contracts/otlp/value_text.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

std::string time_text(Nanos time_ns) {
  constexpr Nanos kSecond = 1'000'000'000;
  const auto seconds = static_cast<std::time_t>(time_ns / kSecond);
  auto text = fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(seconds));
  if (time_ns % kSecond != 0) {
    text += fmt::format(".{:09}", time_ns % kSecond);
    while (text.ends_with('0')) text.pop_back();
  }
  return text + " +0000 UTC";
}

std::string_view severity_name(std::int32_t number) {
  constexpr std::string_view kNames[] = {"Unspecified", "Trace",  "Trace2", "Trace3", "Trace4", "Debug",  "Debug2",
                                         "Debug3",      "Debug4", "Info",   "Info2",  "Info3",  "Info4",  "Warn",
                                         "Warn2",       "Warn3",  "Warn4",  "Error",  "Error2", "Error3", "Error4",
                                         "Fatal",       "Fatal2", "Fatal3", "Fatal4"};
  return number >= 0 && static_cast<std::size_t>(number) < std::size(kNames) ? kNames[number] : "";
}

std::string typed_text(const Value& value) {
  constexpr std::string_view kTypes[] = {"Empty", "Bool", "Int", "Double", "Str", "Bytes", "Slice", "Map"};
  return fmt::format("{}({})", kTypes[static_cast<int>(value.type)], otlp::to_text(value));
}

void append_attributes_text(std::string& out, std::string_view title, const Value& attributes) {
  if (attributes.size == 0) return;
  out += fmt::format("{}:\n", title);
  for (const auto& field : attributes.fields())
    out += fmt::format("     -> {}: {}\n", field.key, typed_text(field.value));
}

std::string hex_text(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

void append_record_text(std::string& out, std::size_t number, const LogRecord& record) {
  out += fmt::format("LogRecord #{}\n", number);
  out += fmt::format("ObservedTimestamp: {}\n", time_text(record.observed_ns()));
  out += fmt::format("Timestamp: {}\n", time_text(record.time_ns()));
  out += fmt::format("SeverityText: {}\n", record.severity_text());
  out += fmt::format("SeverityNumber: {}({})\n", severity_name(record.severity_number()), record.severity_number());
  if (!record.context().event_name.empty()) out += fmt::format("EventName: {}\n", record.context().event_name);
  out += fmt::format("Body: {}\n", typed_text(record.body()));
  append_attributes_text(out, "Attributes", record.attributes());
  const auto& context = record.context();
  out += fmt::format("Trace ID: {}\nSpan ID: {}\nFlags: {}\n", hex_text(context.trace_id), hex_text(context.span_id),
                     context.flags);
}

}  // namespace

std::string normal_text(const LogBatch& batch) {
  Arena arena;
  const BatchReader reader(batch, arena);
  std::string out;
  for (std::size_t i = 0; i < reader.size(); ++i) {
    const auto record = reader.record(i);
    if (i > 0) out += '\n';
    out += otlp::to_text(record.body());
    for (const auto& field : record.attributes().fields())
      out += fmt::format(" {}={}", field.key, otlp::to_text(field.value));
  }
  return out;
}

std::string detailed_text(const LogBatch& batch) {
  Arena arena;
  const BatchReader reader(batch, arena);
  const auto& stream = *batch.stream;
  const auto scope = otlp::decode_scope(stream.scope, arena);
  std::string out = fmt::format("ResourceLog #0\nResource SchemaURL: {}\n", stream.resource_schema_url);
  append_attributes_text(out, "Resource attributes", reader.resource());
  out += fmt::format("ScopeLogs #0\nScopeLogs SchemaURL: {}\nInstrumentationScope {} {}\n", stream.scope_schema_url,
                     scope.name, scope.version);
  append_attributes_text(out, "InstrumentationScope attributes", scope.attributes);
  for (std::size_t i = 0; i < reader.size(); ++i) append_record_text(out, i, reader.record(i));
  out.pop_back();
  return out;
}

}  // namespace oc::collector
