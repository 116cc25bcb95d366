// A whole config, validated: every component's own config is typed, every name that is used is defined.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/pipeline/config_check.h"
#include "collector/pipeline/config_loader.h"
#include "collector/pipeline/factory.h"
#include "collector/pipeline/telemetry_config.h"

namespace oc::collector {

template <typename AnyFactory, typename Config>
struct ConfiguredComponent {
  const AnyFactory* factory = nullptr;
  std::shared_ptr<const Config> config;
  std::string canonical;  // equal text: nothing changed
};
using ConfiguredReceiver = ConfiguredComponent<ReceiverFactory, ReceiverConfig>;
using ConfiguredProcessor = ConfiguredComponent<ProcessorFactory, ComponentConfig>;
using ConfiguredExporter = ConfiguredComponent<ExporterFactory, ComponentConfig>;
using ConfiguredExtension = ConfiguredComponent<ExtensionFactory, ComponentConfig>;

struct PipelineConfig {
  std::vector<ComponentId> receivers, processors, exporters;
};

// Components that are defined but used by no pipeline are checked, and left out here.
struct ServiceConfig {
  std::map<ComponentId, ConfiguredReceiver> receivers;
  std::map<ComponentId, ConfiguredProcessor> processors;
  std::map<ComponentId, ConfiguredExporter> exporters;
  std::map<ComponentId, ConfiguredExtension> extensions;
  std::vector<ComponentId> extension_order;  // as listed in service.extensions
  std::map<ComponentId, PipelineConfig> pipelines;
  TelemetryConfig telemetry;
  std::string hash;
  std::vector<std::string> reread;  // service.reread, ours: see RunningConfig
};

// Errors name file, line and column; of several the first is given.
Result<ServiceConfig> read_service_config(const LoadedConfig& loaded, const ComponentList& components);
// The same reading; every component that is wrong is named, and what the service says of it.
std::vector<ConfigProblem> check_service_config(const LoadedConfig& loaded, const ComponentList& components);

}  // namespace oc::collector
