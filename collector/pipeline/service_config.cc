#include "collector/pipeline/service_config.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/log.h"
#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/telemetry_config.h"

namespace oc::collector {

namespace {

// More than one change is taken back at once only in a long row of bad ones.
constexpr std::size_t kMaxReread = 64;
constexpr std::size_t kHashDigits = 32;  // of base/ids' stable_hash

std::unexpected<Error> config_error(const std::string& place, std::string_view text, std::string next_step = {}) {
  return permanent(fmt::format("{}: {}", place, text), std::move(next_step));
}

template <typename AnyFactory>
std::vector<std::string> type_names(const FactoryList<AnyFactory>& list) {
  std::vector<std::string> names;
  for (const auto& factory : list.all()) names.push_back(factory.type);
  return names;
}

// What is wrong is collected: one faulty component does not hide the next.
class Problems {
 public:
  void add(std::string component, const Error& error) {
    found_.push_back(problem_of(std::move(component), error));
    errors_.push_back(error);
  }
  void add(std::string component, const Status& status) {
    if (!status) add(std::move(component), status.error());
  }
  bool empty() const { return found_.empty(); }
  const Error& first() const { return errors_.front(); }
  std::vector<ConfigProblem> take() { return std::move(found_); }

 private:
  std::vector<ConfigProblem> found_;
  std::vector<Error> errors_;
};

template <typename AnyFactory, typename Configured>
Status read_component(const ConfigField& field, const char* section, const FactoryList<AnyFactory>& list,
                      Configured& configured) {
  const auto id = ComponentId::parse(field.key);
  configured.factory = list.find(id.type);
  if (!configured.factory) {
    auto hint = nearest_hint(id.type, type_names(list));
    if (hint.empty()) hint = fmt::format("this collector has: {}", fmt::join(type_names(list), ", "));
    return config_error(field.place, fmt::format("unknown type '{}' in {}", id.type, section), std::move(hint));
  }
  const auto& type = configured.factory->type;
  if (type != id.type) log::warn("{}: '{}' is an older name of '{}'", field.place, id.type, type);
  OC_TRY_ASSIGN(configured.config, configured.factory->parse(id, field.value));
  configured.canonical = type + " " + field.value.canonical();
  return {};
}

// All components of one section, by the id they are referred to: an alias is kept as written. A faulty one stays in
// `out` without a config, so that its name is known.
template <typename AnyFactory, typename Configured>
void read_section(const ConfigValue& root, const char* section, const FactoryList<AnyFactory>& list,
                  std::map<ComponentId, Configured>& out, Problems& problems) {
  const auto* map = root.find(section);
  if (!map || map->kind == ConfigValue::Kind::kNull) return;
  if (!map->is_map())
    return problems.add(section,
                        config_error(map->place, fmt::format("'{}' must be a map of components", section)).error());
  for (const auto& field : map->fields)
    problems.add(fmt::format("{}::{}", section, field.key),
                 read_component(field, section, list, out[ComponentId::parse(field.key)]));
}

template <typename Configured>
Result<std::vector<ComponentId>> read_references(const ConfigValue* list, const char* kind, const std::string& user,
                                                 const std::map<ComponentId, Configured>& defined) {
  std::vector<ComponentId> ids;
  std::set<ComponentId> seen;
  if (!list || list->kind == ConfigValue::Kind::kNull) return ids;
  if (list->kind != ConfigValue::Kind::kList)
    return config_error(list->place, fmt::format("{}: a list is expected here", user));
  for (const auto& item : list->items) {
    const auto id = ComponentId::parse(item.scalar);
    if (!defined.contains(id)) {
      std::vector<std::string> names;
      for (const auto& [known, configured] : defined) names.push_back(known.text());
      auto hint = nearest_hint(item.scalar, names);
      if (hint.empty()) hint = fmt::format("define it under '{}s:'", kind);
      return config_error(item.place, fmt::format("{} uses the {} '{}', which is not defined", user, kind, item.scalar),
                          std::move(hint));
    }
    if (!seen.insert(id).second) return config_error(item.place, fmt::format("{} lists '{}' twice", user, item.scalar));
    ids.push_back(id);
  }
  return ids;
}

Result<PipelineConfig> read_pipeline(const ConfigField& field, const ServiceConfig& defined) {
  const auto user = fmt::format("pipeline '{}'", field.key);
  const auto signal = ComponentId::parse(field.key).type;
  if (signal == "metrics" || signal == "traces" || signal == "profiles")
    return config_error(field.place, fmt::format("{}: {} are not supported yet", user, signal),
                        "only logs pipelines are");
  if (signal != "logs")
    return config_error(field.place, fmt::format("{}: unknown signal '{}'", user, signal), "use logs or logs/NAME");
  ConfigReader reader(field.value, user);
  PipelineConfig pipeline;
  OC_TRY_ASSIGN(pipeline.receivers, read_references(reader.child("receivers"), "receiver", user, defined.receivers));
  OC_TRY_ASSIGN(pipeline.processors,
                read_references(reader.child("processors"), "processor", user, defined.processors));
  OC_TRY_ASSIGN(pipeline.exporters, read_references(reader.child("exporters"), "exporter", user, defined.exporters));
  OC_TRY(reader.finish());
  if (pipeline.receivers.empty()) return config_error(field.place, fmt::format("{} has no receivers", user));
  if (pipeline.exporters.empty()) return config_error(field.place, fmt::format("{} has no exporters", user));
  return pipeline;
}

// Drops the components that `ids` of no pipeline names.
template <typename Configured>
void keep_used(std::map<ComponentId, Configured>& defined, const std::map<ComponentId, PipelineConfig>& pipelines,
               std::vector<ComponentId> PipelineConfig::* ids) {
  std::set<ComponentId> used;
  for (const auto& [id, pipeline] : pipelines) used.insert((pipeline.*ids).begin(), (pipeline.*ids).end());
  std::erase_if(defined, [&](const auto& component) { return !used.contains(component.first); });
}

Status check_storage(const ConfigValue& component, const std::string& user, const std::string& name,
                     const ServiceConfig& config) {
  const auto storage = ComponentId::parse(name);
  const auto* named = component.find("storage");
  if (const auto* queue = component.find("sending_queue"); !named && queue) named = queue->find("storage");
  const auto& place = named ? named->place : component.place;
  const auto known = config.extensions.find(storage);
  if (known == config.extensions.end())
    return config_error(place, fmt::format("{} uses the storage '{}', which is not in service.extensions", user, name),
                        "define it under 'extensions:' and list it in service.extensions");
  if (known->second.factory && known->second.factory->type != "file_storage")
    return config_error(place, fmt::format("{}: '{}' is not a storage", user, name), "use a file_storage");
  return {};
}

void read_reread(ConfigReader& reader, std::vector<std::string>& hashes) {
  reader.text_list("reread", hashes);
  const auto is_hash = [](const std::string& text) {
    return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  };
  if (hashes.size() > kMaxReread) reader.fail("reread", fmt::format("'reread' names more than {} configs", kMaxReread));
  for (const auto& hash : hashes)
    if (!is_hash(hash))
      reader.fail("reread", fmt::format("'reread': '{}' is not the hash of a config", hash),
                  "it is the label 'hash' of onecollector_config_info, 32 hex digits");
}

template <typename Configured>
void check_storages(const ConfigValue& root, const char* section, const std::map<ComponentId, Configured>& components,
                    const ServiceConfig& config, Problems& problems) {
  const auto* map = root.find(section);
  if (!map) return;
  for (const auto& field : map->fields) {
    const auto component = components.find(ComponentId::parse(field.key));
    if (component == components.end() || !component->second.config || component->second.config->storage.empty())
      continue;
    problems.add(fmt::format("{}::{}", section, field.key),
                 check_storage(field.value, field.key, component->second.config->storage, config));
  }
}

void check_source_ids(const ConfigValue& root, const ServiceConfig& config, Problems& problems) {
  std::map<std::string, ComponentId> owners;
  for (const auto& [id, receiver] : config.receivers) {
    if (!receiver.config) continue;
    const auto [other, fresh] = owners.try_emplace(receiver.config->source_id, id);
    if (fresh) continue;
    problems.add("receivers::" + id.text(), config_error(root.find("receivers")->find(id.text())->place,
                                                         fmt::format("{} and {} carry the same source_id '{}'",
                                                                     other->second.text(), id.text(), other->first),
                                                         "give each receiver its own resource.source_id")
                                                .error());
  }
}

void read_pipelines(const ConfigValue& service, const ConfigValue* pipelines, ServiceConfig& config,
                    Problems& problems) {
  if (!pipelines || !pipelines->is_map() || pipelines->fields.empty())
    return problems.add("service::pipelines",
                        config_error(service.place, "service.pipelines: at least one pipeline is needed").error());
  for (const auto& field : pipelines->fields) {
    auto pipeline = read_pipeline(field, config);
    if (pipeline)
      config.pipelines[ComponentId::parse(field.key)] = std::move(*pipeline);
    else
      problems.add("service::pipelines::" + field.key, pipeline.error());
  }
}

void read_service(const ConfigValue& root, const ConfigValue& value, ServiceConfig& config, Problems& problems) {
  ConfigReader reader(value, "service");
  const auto* extensions = reader.child("extensions");
  const auto* pipelines = reader.child("pipelines");
  const auto* telemetry = reader.child("telemetry");
  read_reread(reader, config.reread);
  problems.add("service", reader.finish());
  auto used = read_references(extensions, "extension", "service.extensions", config.extensions);
  if (used)
    config.extension_order = std::move(*used);
  else
    problems.add("service::extensions", used.error());
  auto read = telemetry ? read_telemetry_config(*telemetry) : TelemetryConfig();
  if (read)
    config.telemetry = *read;
  else
    problems.add("service::telemetry", read.error());
  if (used)
    std::erase_if(config.extensions, [&](const auto& extension) {
      return std::ranges::find(config.extension_order, extension.first) == config.extension_order.end();
    });
  read_pipelines(value, pipelines, config, problems);
  keep_used(config.receivers, config.pipelines, &PipelineConfig::receivers);
  keep_used(config.processors, config.pipelines, &PipelineConfig::processors);
  keep_used(config.exporters, config.pipelines, &PipelineConfig::exporters);
  check_storages(root, "receivers", config.receivers, config, problems);
  check_storages(root, "exporters", config.exporters, config, problems);
  check_source_ids(root, config, problems);
}

ServiceConfig read_all(const LoadedConfig& loaded, const ComponentList& components, Problems& problems) {
  const auto& root = loaded.root;
  ServiceConfig config;
  config.hash = loaded.hash;
  ConfigReader reader(root, "config");
  for (const char* section : {"receivers", "processors", "exporters", "extensions"}) reader.child(section);
  const auto* service = reader.child("service");
  if (const auto* connectors = reader.child("connectors"); connectors && !connectors->fields.empty())
    reader.fail("connectors", "'connectors' are not supported yet", "remove them, or use the official collector");
  problems.add("", reader.finish());
  read_section(root, "extensions", components.extensions, config.extensions, problems);
  read_section(root, "receivers", components.receivers, config.receivers, problems);
  read_section(root, "processors", components.processors, config.processors, problems);
  read_section(root, "exporters", components.exporters, config.exporters, problems);
  if (service)
    read_service(root, *service, config, problems);
  else
    problems.add("service",
                 config_error(root.place, "'service' is missing", "add service: {pipelines: {logs: …}}").error());
  return config;
}

}  // namespace

Result<ServiceConfig> read_service_config(const LoadedConfig& loaded, const ComponentList& components) {
  Problems problems;
  auto config = read_all(loaded, components, problems);
  if (!problems.empty()) return std::unexpected(problems.first());
  return config;
}

std::vector<ConfigProblem> check_service_config(const LoadedConfig& loaded, const ComponentList& components) {
  Problems problems;
  (void)read_all(loaded, components, problems);
  return problems.take();
}

}  // namespace oc::collector
