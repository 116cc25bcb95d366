#include "collector/pipeline/telemetry_config.h"

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
  reader.not_supported({"logs", "traces", "resource"});
  OC_TRY(reader.finish());
  if (metrics) OC_TRY(read_metrics(*metrics, telemetry));
  return telemetry;
}

}  // namespace oc::collector
