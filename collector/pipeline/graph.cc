#include "collector/pipeline/graph.h"

#include <fmt/format.h>

#include "base/log.h"
#include "collector/pipeline/pipeline.h"

namespace oc::collector {

namespace {

class GraphBuilder {
 public:
  GraphBuilder(const ServiceConfig& config, const Host& host, const Graph& running)
      : config_(config), host_(host), running_(running) {}

  Result<Graph> build() {
    auto built = build_parts();
    if (built) return std::move(next_);
    for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) (*undo)();
    return std::unexpected(built.error());
  }

 private:
  Status build_parts() {
    OC_TRY(build_extensions());
    OC_TRY(build_exporters());
    OC_TRY(build_processors());
    build_pipelines();
    return {};
  }

  Status build_extensions() {
    next_.extension_order = config_.extension_order;
    for (const auto& id : config_.extension_order) {
      const auto& configured = config_.extensions.at(id);
      const auto old = find(running_.extensions, id);
      auto& slot = next_.extensions[id];
      slot = old;
      if (old.same(configured.canonical)) continue;
      slot = {configured.canonical, configured.factory->make(id, configured.config, host_), nullptr};
      OC_TRY(start_extension(id.text(), *slot.part, old.part));
    }
    next_.metrics = {};
    if (!config_.telemetry.enabled) return {};
    auto canonical = fmt::format("{}:{}", config_.telemetry.host, config_.telemetry.port);
    for (const auto& [key, value] : config_.telemetry.resource) canonical += fmt::format(",{}={}", key, value);
    next_.metrics = running_.metrics;
    if (running_.metrics.same(canonical)) return {};
    next_.metrics = {canonical, std::make_shared<MetricsEndpoint>(config_.telemetry, host_), nullptr};
    return start_extension("service.telemetry.metrics", *next_.metrics.part, running_.metrics.part);
  }

  // A new extension may need what its predecessor holds (a port, a directory): then that one makes way first.
  Status start_extension(const std::string& name, Extension& fresh, const std::shared_ptr<Extension>& old) {
    auto started = fresh.start();
    if (!started && old) {
      old->stop();
      started = fresh.start();
      if (!started) {
        restart(name, *old);
      } else {
        undo_.push_back([name, old] { restart(name, *old); });
      }
    }
    if (!started) return in_context(started.error(), name);
    undo_.push_back([&fresh] { fresh.stop(); });
    return {};
  }

  static void restart(const std::string& name, Extension& old) {
    if (auto restarted = old.start(); !restarted) log::error("{}: {}", name, restarted.error().text());
  }

  Status build_exporters() {
    for (const auto& [id, configured] : config_.exporters) {
      const auto storage =
          configured.config->storage.empty() ? next_.first_storage() : next_.storage(configured.config->storage);
      auto& slot = next_.exporters[id];
      slot = find(running_.exporters, id);
      if (slot.same(configured.canonical, storage)) continue;
      slot = {configured.canonical, configured.factory->make(id, configured.config, host_, storage), storage};
      if (auto started = slot.part->start(); !started) return in_context(started.error(), id.text());
      undo_.push_back([part = slot.part] { part->stop(); });
    }
    return {};
  }

  Status build_processors() {
    for (const auto& [pipeline, parts] : config_.pipelines) {
      for (const auto& id : parts.processors) {
        const auto& configured = config_.processors.at(id);
        auto& slot = next_.processors[{pipeline, id}];
        slot = find(running_.processors, Graph::InPipeline{pipeline, id});
        if (slot.same(configured.canonical)) continue;
        slot = {configured.canonical, configured.factory->make(id, configured.config, host_), nullptr};
        if (auto started = slot.part->start(); !started) return in_context(started.error(), id.text());
        undo_.push_back([part = slot.part] { part->stop(); });
      }
    }
    return {};
  }

  void build_pipelines() {
    for (const auto& [id, parts] : config_.pipelines) {
      RunningPipeline pipeline;
      for (const auto& processor : parts.processors)
        pipeline.processors.push_back(next_.processors.at({id, processor}).part);
      for (const auto& exporter : parts.exporters) pipeline.exporters.push_back(next_.exporters.at(exporter).part);
      const auto old = find(running_.pipelines, id);
      const bool same = old.consumer && old.processors == pipeline.processors && old.exporters == pipeline.exporters;
      pipeline.consumer = same ? old.consumer : std::make_shared<Pipeline>(pipeline.processors, pipeline.exporters);
      next_.pipelines[id] = std::move(pipeline);
    }
    for (const auto& [id, receiver] : config_.receivers) next_.consumers[id] = consumer_of(id);
  }

  std::shared_ptr<LogConsumer> consumer_of(const ComponentId& receiver) {
    std::vector<std::shared_ptr<LogConsumer>> consumers;
    for (const auto& [id, parts] : config_.pipelines)
      if (std::ranges::find(parts.receivers, receiver) != parts.receivers.end())
        consumers.push_back(next_.pipelines.at(id).consumer);
    return consumers.size() == 1 ? consumers[0] : std::make_shared<FanOut>(std::move(consumers));
  }

  template <typename Map>
  static typename Map::mapped_type find(const Map& map, const typename Map::key_type& key) {
    const auto found = map.find(key);
    return found == map.end() ? typename Map::mapped_type{} : found->second;
  }

  const ServiceConfig& config_;
  const Host& host_;
  const Graph& running_;
  Graph next_;
  std::vector<std::function<void()>> undo_;
};

}  // namespace

std::shared_ptr<Storage> Graph::storage(const std::string& id) const {
  const auto found = extensions.find(ComponentId::parse(id));
  return found == extensions.end() ? nullptr : std::dynamic_pointer_cast<Storage>(found->second.part);
}

std::shared_ptr<Storage> Graph::first_storage() const {
  for (const auto& id : extension_order)
    if (auto found = storage(id.text())) return found;
  return nullptr;
}

Result<Graph> build_graph(const ServiceConfig& config, const Host& host, const Graph& running) {
  return GraphBuilder(config, host, running).build();
}

Status check_graph(const ServiceConfig& config, const Host& host) {
  std::vector<std::shared_ptr<Component>> made;
  for (const auto& [id, part] : config.extensions) made.push_back(part.factory->make(id, part.config, host));
  for (const auto& [id, part] : config.exporters) made.push_back(part.factory->make(id, part.config, host, nullptr));
  for (const auto& [id, part] : config.processors) made.push_back(part.factory->make(id, part.config, host));
  for (const auto& [id, part] : config.receivers) made.push_back(part.factory->make(id, part.config, host));
  return {};
}

}  // namespace oc::collector
