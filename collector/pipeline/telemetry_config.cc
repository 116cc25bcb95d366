#include "collector/pipeline/telemetry_config.h"

#include <algorithm>

#include <fmt/format.h>

#include "collector/pipeline/config_reader.h"

namespace oc::collector {

namespace {

Status read_prometheus_reader(const ConfigValue& value, TelemetryConfig& telemetry) {
  ConfigReader reader(value, "service.telemetry.metrics.readers.pull.exporter.prometheus");
  std::int64_t port = telemetry.port;
  bool names_are_ours = true;  // whatever these say, readers of ours accept both spellings
  reader.text("host", telemetry.host);
  reader.integer("port", port, 0, 65535);
  for (const char* key : {"without_type_suffix", "without_units", "without_scope_info", "without_scope_label"})
    reader.boolean(key, names_are_ours);
  telemetry.port = static_cast<std::uint16_t>(port);
  return reader.finish();
}

// Our log goes to standard error in one form of its own, for which the level is what can be chosen.
Status read_logs(const ConfigValue& value, TelemetryConfig& telemetry) {
  ConfigReader reader(value, "service.telemetry.logs");
  std::string encoding = "console";
  bool ignored = false;
  reader.text("level", telemetry.log_level);
  for (char& c : telemetry.log_level) c = static_cast<char>(c | 0x20);
  constexpr std::string_view kLevels[] = {"debug", "info", "warn", "error"};
  if (std::ranges::find(kLevels, telemetry.log_level) == std::end(kLevels))
    reader.fail("level", fmt::format("'level' must be debug, info, warn or error, not '{}'", telemetry.log_level));
  reader.text("encoding", encoding);
  if (encoding != "console" && encoding != "json")
    reader.fail("encoding", fmt::format("'encoding' must be console or json, not '{}'", encoding));
  for (const char* key : {"development", "disable_caller", "disable_stacktrace"}) reader.boolean(key, ignored);
  reader.not_supported({"output_paths", "error_output_paths", "initial_fields", "sampling", "processors"});
  return reader.finish();
}

Status read_traces(const ConfigValue& value) {
  ConfigReader reader(value, "service.telemetry.traces");
  std::string level = "none";
  reader.text("level", level);
  if (level != "none") reader.fail("level", "'level' must be none: this collector traces nothing of itself");
  reader.not_supported({"processors", "propagators", "sampler"});
  return reader.finish();
}

Status read_metrics(const ConfigValue& value, TelemetryConfig& telemetry) {
  ConfigReader reader(value, "service.telemetry.metrics");
  std::string level = "normal";
  reader.text("level", level);
  if (level != "none" && level != "basic" && level != "normal" && level != "detailed")
    reader.fail("level", fmt::format("'level' must be none, basic, normal or detailed, not '{}'", level));
  telemetry.enabled = level != "none";
  const auto* readers = reader.child("readers");
  reader.not_supported({"views"});
  OC_TRY(reader.finish());
  if (!readers) return {};
  if (readers->kind != ConfigValue::Kind::kList || readers->items.size() > 1)
    return permanent(readers->place + ": service.telemetry.metrics.readers: one pull reader in a list is supported");
  if (readers->items.empty()) telemetry.enabled = false;
  for (const auto& item : readers->items) {
    const ConfigValue* at = &item;
    for (const char* key : {"pull", "exporter", "prometheus"}) {
      ConfigReader step(*at, fmt::format("service.telemetry.metrics.readers, at '{}'", key));
      const auto* next = step.child(key);
      step.not_supported({"periodic", "console", "otlp"});
      OC_TRY(step.finish());
      if (!next) return permanent(fmt::format("{}: a metrics reader needs '{}' here", at->place, key));
      at = next;
    }
    OC_TRY(read_prometheus_reader(*at, telemetry));
  }
  return {};
}

}  // namespace

Result<TelemetryConfig> read_telemetry_config(const ConfigValue& value) {
  TelemetryConfig telemetry;
  ConfigReader reader(value, "service.telemetry");
  const auto* metrics = reader.child("metrics");
  const auto* logs = reader.child("logs");
  const auto* traces = reader.child("traces");
  reader.text_map("resource", telemetry.resource);
  OC_TRY(reader.finish());
  if (logs) OC_TRY(read_logs(*logs, telemetry));
  if (traces) OC_TRY(read_traces(*traces));
  if (metrics) OC_TRY(read_metrics(*metrics, telemetry));
  return telemetry;
}

}  // namespace oc::collector
