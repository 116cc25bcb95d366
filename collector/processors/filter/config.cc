#include "collector/processors/filter/config.h"

#include <algorithm>

#include <fmt/format.h>

#include "collector/pipeline/config_reader.h"

namespace oc::collector {

namespace {

void add_conditions(ConfigReader& reader, std::string_view key, const std::vector<std::string>& texts,
                    OttlContext context, FilterConfig& config) {
  for (const auto& text : texts) {
    auto condition = Condition::compile(text, context);
    if (condition) {
      config.conditions.push_back(std::move(*condition));
    } else {
      reader.fail(key, fmt::format("'{}': {}", key, condition.error().message), condition.error().next_step);
    }
  }
}

void read_list(ConfigReader& reader, std::string_view key, OttlContext context, FilterConfig& config) {
  std::vector<std::string> texts;
  reader.text_list(key, texts);
  add_conditions(reader, key, texts, context, config);
}

// {context: log, conditions: […]}
void read_group(ConfigReader& reader, const ConfigValue& value, FilterConfig& config) {
  ConfigReader group(value, reader.owner() + ": log_conditions");
  std::string context = "log";
  group.text("context", context);
  if (context != "log" && context != "resource")
    group.fail("context", fmt::format("'context' must be log or resource, not '{}'", context));
  read_list(group, "conditions", context == "log" ? OttlContext::kLog : OttlContext::kResource, config);
  group.not_supported({"error_mode"});
  if (auto finished = group.finish(); !finished) reader.fail_with(finished.error());
}

void read_log_conditions(ConfigReader& reader, FilterConfig& config) {
  const auto* list = reader.child("log_conditions");
  if (!list) return;
  if (list->kind != ConfigValue::Kind::kList)
    return reader.fail("log_conditions", "'log_conditions' must be a list of conditions");
  for (const auto& item : list->items) {
    if (item.is_map()) {
      read_group(reader, item, config);
    } else {
      add_conditions(reader, "log_conditions", {item.scalar}, OttlContext::kLog, config);
    }
  }
}

void read_logs(ConfigReader& reader, FilterConfig& config) {
  const auto* value = reader.child("logs");
  if (!value) return;
  constexpr RecordMatchKeys kKeys = {.bodies = "bodies",
                                     .severity_texts = "severity_texts",
                                     .severity_number = "severity_number",
                                     .attributes = "record_attributes",
                                     .resource = "resource_attributes",
                                     .severity_by_name = true};
  ConfigReader logs(*value, reader.owner() + ": logs");
  read_list(logs, "resource", OttlContext::kResource, config);
  read_list(logs, "log_record", OttlContext::kLog, config);
  config.include = RecordMatch::parse(logs, "include", kKeys);
  config.exclude = RecordMatch::parse(logs, "exclude", kKeys);
  if ((config.include || config.exclude) && !config.conditions.empty())
    logs.fail("log_record", "'include' and 'exclude' cannot be used together with conditions");
  if (auto finished = logs.finish(); !finished) reader.fail_with(finished.error());
}

void read_error_mode(ConfigReader& reader, FilterConfig& config) {
  using Mode = FilterConfig::ErrorMode;
  constexpr std::pair<std::string_view, Mode> kModes[] = {
      {"ignore", Mode::kIgnore}, {"silent", Mode::kSilent}, {"propagate", Mode::kPropagate}};
  std::string mode = "ignore";
  reader.text("error_mode", mode);
  const auto found = std::ranges::find(kModes, mode, &std::pair<std::string_view, Mode>::first);
  if (found == std::end(kModes))
    return reader.fail("error_mode", fmt::format("'error_mode' must be ignore, silent or propagate, not '{}'", mode));
  config.error_mode = found->second;
}

}  // namespace

Result<std::shared_ptr<const ComponentConfig>> parse_filter_config(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<FilterConfig>();
  ConfigReader reader(value, id.text());
  read_error_mode(reader, *config);
  read_log_conditions(reader, *config);
  read_logs(reader, *config);
  reader.not_supported(
      {"traces", "metrics", "spans", "profiles", "trace_conditions", "metric_conditions", "profile_conditions"});
  OC_TRY(reader.finish());
  return config;
}

}  // namespace oc::collector
