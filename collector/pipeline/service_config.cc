#include "collector/pipeline/service_config.h"

#include <algorithm>

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

// All components of one section, by the id they are referred to: an alias is kept as written.
template <typename AnyFactory, typename Configured>
Status read_section(const ConfigValue& root, const char* section, const FactoryList<AnyFactory>& list,
                    std::map<ComponentId, Configured>& out) {
  const auto* map = root.find(section);
  if (!map || map->kind == ConfigValue::Kind::kNull) return {};
  if (!map->is_map()) return config_error(map->place, fmt::format("'{}' must be a map of components", section));
  for (const auto& field : map->fields) {
    const auto id = ComponentId::parse(field.key);
    const auto* factory = list.find(id.type);
    if (!factory) {
      auto hint = nearest_hint(id.type, type_names(list));
      if (hint.empty()) hint = fmt::format("this collector has: {}", fmt::join(type_names(list), ", "));
      return config_error(field.place, fmt::format("unknown type '{}' in {}", id.type, section), std::move(hint));
    }
    if (factory->type != id.type) log::warn("{}: '{}' is an older name of '{}'", field.place, id.type, factory->type);
    OC_TRY_ASSIGN(auto config, factory->parse(id, field.value));
    out[id] = {factory, std::move(config), factory->type + " " + field.value.canonical()};
  }
  return {};
}

template <typename Configured>
Result<std::vector<ComponentId>> read_references(const ConfigValue* list, const char* kind, const std::string& user,
                                                 const std::map<ComponentId, Configured>& defined) {
  std::vector<ComponentId> ids;
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
    if (std::ranges::find(ids, id) != ids.end())
      return config_error(item.place, fmt::format("{} lists '{}' twice", user, item.scalar));
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
  std::erase_if(defined, [&](const auto& component) {
    return std::ranges::none_of(pipelines, [&](const auto& pipeline) {
      const auto& used = pipeline.second.*ids;
      return std::ranges::find(used, component.first) != used.end();
    });
  });
}

Status check_storages(const ConfigValue& root, const ServiceConfig& config) {
  const auto check = [&](const char* section, const auto& components) -> Status {
    for (const auto& [id, component] : components) {
      if (component.config->storage.empty()) continue;
      const auto storage = ComponentId::parse(component.config->storage);
      const auto& place = root.find(section)->find(id.text())->find("storage")->place;
      if (!config.extensions.contains(storage))
        return config_error(
            place,
            fmt::format("{} uses the storage '{}', which is not in service.extensions", id.text(), storage.text()),
            "define it under 'extensions:' and list it in service.extensions");
      if (config.extensions.at(storage).factory->type != "file_storage")
        return config_error(place, fmt::format("{}: '{}' is not a storage", id.text(), storage.text()),
                            "use a file_storage");
    }
    return {};
  };
  OC_TRY(check("receivers", config.receivers));
  return check("exporters", config.exporters);
}

Status check_source_ids(const ConfigValue& root, const ServiceConfig& config) {
  std::map<std::string, ComponentId> owners;
  for (const auto& [id, receiver] : config.receivers) {
    const auto [other, fresh] = owners.try_emplace(receiver.config->source_id, id);
    if (fresh) continue;
    return config_error(
        root.find("receivers")->find(id.text())->place,
        fmt::format("{} and {} carry the same source_id '{}'", other->second.text(), id.text(), other->first),
        "give each receiver its own resource.source_id");
  }
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

Status read_service(const ConfigValue& root, const ConfigValue& value, ServiceConfig& config) {
  ConfigReader reader(value, "service");
  const auto* extensions = reader.child("extensions");
  const auto* pipelines = reader.child("pipelines");
  const auto* telemetry = reader.child("telemetry");
  read_reread(reader, config.reread);
  OC_TRY(reader.finish());
  OC_TRY_ASSIGN(config.extension_order,
                read_references(extensions, "extension", "service.extensions", config.extensions));
  if (telemetry) {
    OC_TRY_ASSIGN(config.telemetry, read_telemetry_config(*telemetry));
  }
  if (!pipelines || !pipelines->is_map() || pipelines->fields.empty())
    return config_error(value.place, "service.pipelines: at least one pipeline is needed");
  std::erase_if(config.extensions, [&](const auto& extension) {
    return std::ranges::find(config.extension_order, extension.first) == config.extension_order.end();
  });
  for (const auto& field : pipelines->fields) {
    OC_TRY_ASSIGN(config.pipelines[ComponentId::parse(field.key)], read_pipeline(field, config));
  }
  keep_used(config.receivers, config.pipelines, &PipelineConfig::receivers);
  keep_used(config.processors, config.pipelines, &PipelineConfig::processors);
  keep_used(config.exporters, config.pipelines, &PipelineConfig::exporters);
  OC_TRY(check_storages(root, config));
  return check_source_ids(root, config);
}

}  // namespace

Result<ServiceConfig> read_service_config(const LoadedConfig& loaded, const ComponentList& components) {
  const auto& root = loaded.root;
  ConfigReader reader(root, "config");
  for (const char* section : {"receivers", "processors", "exporters", "extensions"}) reader.child(section);
  const auto* service = reader.child("service");
  reader.not_supported({"connectors"});
  OC_TRY(reader.finish());
  ServiceConfig config;
  config.hash = loaded.hash;
  OC_TRY(read_section(root, "extensions", components.extensions, config.extensions));
  OC_TRY(read_section(root, "receivers", components.receivers, config.receivers));
  OC_TRY(read_section(root, "processors", components.processors, config.processors));
  OC_TRY(read_section(root, "exporters", components.exporters, config.exporters));
  if (!service) return config_error(root.place, "'service' is missing", "add service: {pipelines: {logs: …}}");
  OC_TRY(read_service(root, *service, config));
  return config;
}

}  // namespace oc::collector
