#include <algorithm>

#include "control_plane/config_builder/otel_config.h"
#include "control_plane/config_builder/record_operators.h"
#include "control_plane/config_builder/yaml_scalar.h"

namespace oc::control_plane {

namespace {

// The exporter's queue speaks of `block_on_overflow` from here on; before it was a key of another name.
constexpr int kBlockOnOverflowSince = 123;

YamlTree plain_list(std::initializer_list<std::string_view> words) {
  std::vector<YamlTree> items;
  for (const auto word : words) items.push_back(YamlTree::text(word));
  return YamlTree::list(std::move(items));
}

YamlTree text_list(const std::vector<std::string>& texts) {
  std::vector<YamlTree> items;
  for (const auto& text : texts) items.push_back(YamlTree::text(text));
  return YamlTree::list(std::move(items));
}

bool holds_files(const OtelConfig& config) { return config.target.native && !config.held_files.empty(); }

YamlTree extensions(const OtelConfig& config) {
  auto section = YamlTree::map();
  section.add("file_storage", YamlTree::map()).add("directory", YamlTree::text(config.storage_directory));
  section.add("health_check", YamlTree::map()).add("endpoint", YamlTree::text(config.health_check.text()));
  if (holds_files(config)) section.add("held_files", YamlTree::map()).add("include", text_list(config.held_files));
  return section;
}

YamlTree retry_for_ever() {
  auto retry = YamlTree::map(true);
  retry.add("enabled", YamlTree::plain("true"));
  retry.add("max_elapsed_time", YamlTree::plain("0s"));
  return retry;
}

YamlTree resource(const std::map<std::string, std::string>& attributes) {
  auto map = YamlTree::map(true);
  for (const auto& [name, value] : attributes) map.add(escape_expansion(name), YamlTree::text(value));
  return map;
}

YamlTree receiver(const OtelConfig& config, const FileLogReceiver& source) {
  auto map = YamlTree::map();
  map.fields.reserve(10);
  map.add("include", YamlTree::list({YamlTree::text(escape_glob(source.path))}));
  map.add("start_at", YamlTree::plain("beginning"));
  if (config.target.native && source.start_offset > 0)
    map.add("start_offset", YamlTree::plain(std::to_string(source.start_offset)));
  map.add("include_file_path", YamlTree::plain("true"));
  map.add("include_file_record_offset", YamlTree::plain("true"));
  map.add("storage", YamlTree::plain("file_storage"));
  // The native receiver waits for its pipeline by itself.
  if (!config.target.native) map.add("retry_on_failure", retry_for_ever());
  map.add("resource", resource(source.resource));
  if (config.target.native && !source.inside_container.empty())
    map.add("inside_container", YamlTree::text(escape_expansion(source.inside_container)));
  if (source.docker_local) map.add("framing", YamlTree::plain("docker_local"));
  if (!source.operators.empty()) map.add("operators", YamlTree::list(source.operators, false));
  return map;
}

YamlTree receiver(const OtelConfig& config, const JournaldReceiver& source) {
  auto map = YamlTree::map();
  if (!source.directory.empty()) map.add("directory", YamlTree::text(source.directory));
  auto match = YamlTree::map(true);
  match.add(source.field, YamlTree::text(source.value));
  map.add("matches", YamlTree::list({std::move(match)}, false));
  const bool of_container = source.field == model::kJournalContainer;  // of no unit, see agent/discovery/journal
  if (!of_container && config.target.native) map.add("without", text_list({std::string(model::kJournalContainer)}));
  map.add("priority", YamlTree::plain("debug"));
  map.add("start_at", YamlTree::plain("beginning"));
  if (config.target.native && source.start_offset > 0)
    map.add("start_offset", YamlTree::plain(std::to_string(source.start_offset)));
  map.add("convert_message_bytes", YamlTree::plain("true"));
  map.add("storage", YamlTree::plain("file_storage"));
  if (!config.target.native) {
    map.add("all", YamlTree::plain("true"));
    map.add("retry_on_failure", retry_for_ever());
  }
  map.add("resource", resource(source.resource));
  auto operators = journal_operators();
  if (of_container) operators.insert(operators.begin(), message_without_line_end());
  if (!of_container && !config.target.native)
    operators.insert(operators.begin(), without_field(model::kJournalContainer));
  map.add("operators", YamlTree::list(std::move(operators), false));
  return map;
}

YamlTree receivers(const OtelConfig& config) {
  auto section = YamlTree::map();
  section.fields.reserve(config.receivers.size() + config.journals.size());
  const auto add = [&](const auto& source) {
    section.add(receiver_name(config.target, source), receiver(config, source));
  };
  std::ranges::for_each(config.receivers, add);
  std::ranges::for_each(config.journals, add);
  return section;
}

YamlTree processors(const OtelConfig& config) {
  auto section = YamlTree::map();
  auto& limiter = section.add("memory_limiter", YamlTree::map());
  limiter.add("check_interval", YamlTree::plain("1s"));
  limiter.add("limit_mib", YamlTree::plain(std::to_string(config.memory_limit_mib)));
  return section;
}

std::string exporter_name(const OtelConfig& config) {
  return std::string(component_name("otlp_http", config.target)) + "/logs";
}

// The official queue is in memory and drops when it is full; a file source can wait, and its queue outlives a restart.
YamlTree official_queue(const CollectorTarget& target) {
  auto queue = YamlTree::map(true);
  queue.add("storage", YamlTree::plain("file_storage"));
  if (target.minor_version >= kBlockOnOverflowSince) queue.add("block_on_overflow", YamlTree::plain("true"));
  return queue;
}

// The official defaults lose data: they give up after five minutes. Here a sink that is away is waited for.
YamlTree exporters(const OtelConfig& config) {
  auto section = YamlTree::map();
  auto& exporter = section.add(exporter_name(config), YamlTree::map());
  exporter.add("endpoint", YamlTree::text(config.logs_endpoint));
  if (config.target.native && !config.watermarks_endpoint.empty())
    exporter.add("watermarks_endpoint", YamlTree::text(config.watermarks_endpoint));
  exporter.add("compression", YamlTree::plain("none"));
  exporter.add("retry_on_failure", retry_for_ever());
  if (!config.target.native) exporter.add("sending_queue", official_queue(config.target));
  return section;
}

YamlTree telemetry(const OtelConfig& config) {
  auto reader = YamlTree::map(true);
  auto& prometheus = reader.add("pull", YamlTree::map(true))
                         .add("exporter", YamlTree::map(true))
                         .add("prometheus", YamlTree::map(true));
  prometheus.add("host", YamlTree::text(config.own_metrics.address));
  prometheus.add("port", YamlTree::plain(std::to_string(config.own_metrics.port)));
  auto map = YamlTree::map();
  map.add("metrics", YamlTree::map()).add("readers", YamlTree::list({std::move(reader)}, false));
  return map;
}

YamlTree pipelines(const OtelConfig& config) {
  std::vector<YamlTree> names;
  names.reserve(config.receivers.size() + config.journals.size());
  const auto add = [&](const auto& source) { names.push_back(YamlTree::text(receiver_name(config.target, source))); };
  std::ranges::for_each(config.receivers, add);
  std::ranges::for_each(config.journals, add);
  auto map = YamlTree::map();
  auto& logs = map.add("logs", YamlTree::map());
  logs.add("receivers", YamlTree::list(std::move(names), false));
  logs.add("processors", plain_list({"memory_limiter"}));
  logs.add("exporters", plain_list({exporter_name(config)}));
  return map;
}

YamlTree service(const OtelConfig& config) {
  auto section = YamlTree::map();
  section.add("extensions", holds_files(config) ? plain_list({"file_storage", "health_check", "held_files"})
                                                : plain_list({"file_storage", "health_check"}));
  section.add("telemetry", telemetry(config));
  section.add("pipelines", pipelines(config));
  if (config.target.native && !config.reread.empty()) section.add("reread", text_list(config.reread));
  return section;
}

}  // namespace

YamlTree to_tree(const OtelConfig& config) {
  auto tree = YamlTree::map();
  tree.add("extensions", extensions(config));
  tree.add("receivers", receivers(config));
  tree.add("processors", processors(config));
  tree.add("exporters", exporters(config));
  tree.add("service", service(config));
  return tree;
}

std::string receiver_name(const CollectorTarget& target, const FileLogReceiver& receiver) {
  return std::string(component_name("file_log", target)) + "/" + receiver.source_id;
}

std::string receiver_name(const CollectorTarget& target, const JournaldReceiver& receiver) {
  return std::string(component_name("journald", target)) + "/" + receiver.source_id;
}

std::string escape_glob(std::string_view path) {
  std::string escaped;
  for (const char letter : path) {
    if (std::string_view("*?[]{}\\").find(letter) != std::string_view::npos) escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

}  // namespace oc::control_plane
