// How components are made: a factory a type, found by name or by an older name of it. The list is built in
// collector/component_list.cc.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "collector/pipeline/component.h"
#include "collector/pipeline/config_value.h"

namespace oc::collector {

// A component's validated config. Only such a config makes a component.
struct ComponentConfig {
  virtual ~ComponentConfig() = default;
  std::string storage;  // the id of the storage extension it names; empty: none
};
struct ReceiverConfig : ComponentConfig {
  std::string source_id;  // unique among the receivers; the offsets' key
};

template <typename Config, typename Made, typename... More>
struct Factory {
  std::string type;
  std::vector<std::string> aliases;
  std::function<Result<std::shared_ptr<const Config>>(const ComponentId&, const ConfigValue&)> parse;
  std::function<std::shared_ptr<Made>(const ComponentId&, std::shared_ptr<const Config>, const Host&, More...)> make;
};

using ReceiverFactory = Factory<ReceiverConfig, Receiver>;
using ProcessorFactory = Factory<ComponentConfig, Processor>;
// The storage is the one its config names, else the service's first, else nullptr.
using ExporterFactory = Factory<ComponentConfig, Exporter, std::shared_ptr<Storage>>;
using ExtensionFactory = Factory<ComponentConfig, Extension>;

template <typename AnyFactory>
class FactoryList {
 public:
  // A name that is taken already is an error.
  Status add(AnyFactory factory) {
    std::vector<std::string> names = factory.aliases;
    names.push_back(factory.type);
    for (const auto& name : names)
      if (find(name)) return permanent("component '" + name + "' is listed twice");
    factories_.push_back(std::move(factory));
    return {};
  }
  const AnyFactory* find(std::string_view type_or_alias) const {
    for (const auto& factory : factories_) {
      if (factory.type == type_or_alias) return &factory;
      for (const auto& alias : factory.aliases)
        if (alias == type_or_alias) return &factory;
    }
    return nullptr;
  }
  const std::vector<AnyFactory>& all() const { return factories_; }

 private:
  std::vector<AnyFactory> factories_;
};

struct ComponentList {
  FactoryList<ReceiverFactory> receivers;
  FactoryList<ProcessorFactory> processors;
  FactoryList<ExporterFactory> exporters;
  FactoryList<ExtensionFactory> extensions;
};

}  // namespace oc::collector
