// The running parts of a config. A graph is built next to the one that runs, takes over what did not change, and starts
// the rest; then it replaces it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collector/pipeline/component.h"
#include "collector/pipeline/metrics_endpoint.h"
#include "collector/pipeline/service_config.h"

namespace oc::collector {

template <typename Part>
struct Running {
  std::string canonical;  // what it was made from
  std::shared_ptr<Part> part;
  std::shared_ptr<Storage> storage;
  bool same(const std::string& text, const std::shared_ptr<Storage>& with = nullptr) const {
    return part && canonical == text && storage == with;
  }
};

struct RunningPipeline {
  std::vector<std::shared_ptr<Processor>> processors;
  std::vector<std::shared_ptr<Exporter>> exporters;
  std::shared_ptr<LogConsumer> consumer;
};

struct Graph {
  using InPipeline = std::pair<ComponentId, ComponentId>;  // pipeline, component: each pipeline has its own processors

  std::map<ComponentId, Running<Extension>> extensions;
  std::vector<ComponentId> extension_order;
  Running<Extension> metrics;  // the metrics endpoint; may be none
  std::map<ComponentId, Running<Exporter>> exporters;
  std::map<InPipeline, Running<Processor>> processors;
  std::map<ComponentId, RunningPipeline> pipelines;
  std::map<ComponentId, Running<Receiver>> receivers;
  std::map<ComponentId, std::shared_ptr<LogConsumer>> consumers;  // by receiver

  std::shared_ptr<Storage> storage(const std::string& id) const;
  std::shared_ptr<Storage> first_storage() const;
};

// Builds the parts of `config` that come before the receivers. Parts that are the same in `running` are shared with it.
// An error leaves `running` as it was; what was started is stopped again.
Result<Graph> build_graph(const ServiceConfig& config, const Host& host, const Graph& running);
// Makes all components of the config and starts none: what `validate` does besides reading it.
Status check_graph(const ServiceConfig& config, const Host& host);

}  // namespace oc::collector
