#include "collector/pipeline/service.h"

#include <set>

#include <fmt/format.h>

#include "base/log.h"
#include "contracts/metric_names/metric_names.h"

namespace oc::collector {

namespace names = contracts::metric_names;

namespace {

template <typename Map>
auto part_in(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second.part;
}

log::Level log_level(std::string_view name) {
  if (name == "debug") return log::Level::kDebug;
  if (name == "warn") return log::Level::kWarn;
  return name == "error" ? log::Level::kError : log::Level::kInfo;
}

std::vector<contracts::Watermark> no_watermarks() { return {}; }

// All exporters that a receiver's records go to.
std::set<std::shared_ptr<Exporter>> sinks_of(const ServiceConfig& config, const ComponentId& receiver,
                                             const Graph& graph) {
  std::set<std::shared_ptr<Exporter>> sinks;
  for (const auto& [id, pipeline] : config.pipelines) {
    if (std::ranges::find(pipeline.receivers, receiver) == pipeline.receivers.end()) continue;
    const auto& exporters = graph.pipelines.at(id).exporters;
    sinks.insert(exporters.begin(), exporters.end());
  }
  return sinks;
}

}  // namespace

Status Service::start(const ServiceConfig& config) { return apply(config); }

Status Service::reload(const std::vector<std::string>& config_files) {
  const auto count = [&](const char* result) {
    metrics_.counter(std::string(names::kConfigReloads), "Config reloads by result", {{"result", result}})->add();
  };
  const auto reloaded = [&]() -> Status {
    OC_TRY_ASSIGN(const auto loaded, load_config_files(config_files, process_environment()));
    OC_TRY_ASSIGN(const auto config, read_service_config(loaded, components_));
    return apply(config);
  }();
  count(reloaded ? "success" : "failure");
  if (reloaded) {
    log::info("config {} is applied, generation {}", running_->hash, generation_);
  } else {
    log::error("the new config is not applied, the old one goes on: {}", reloaded.error().text());
  }
  return reloaded;
}

Status Service::apply(const ServiceConfig& config) {
  OC_TRY_ASSIGN(Graph next, build_graph(config, host_, graph_));
  const auto running = std::make_shared<const RunningConfig>(config.hash, config.reread);
  if (auto started = start_receivers(config, running, next); !started) {
    put_back_receivers(next);
    retire(next, graph_);
    return started;
  }
  const Graph old = std::exchange(graph_, std::move(next));
  for (const auto& [id, receiver] : old.receivers)
    if (part_in(graph_.receivers, id) != receiver.part) receiver.part->stop();
  publish(running);
  log::set_lowest(log_level(config.telemetry.log_level));
  retire(old, graph_);
  return {};
}

ReceiverStart Service::receiver_start(const ServiceConfig& config, const std::shared_ptr<const RunningConfig>& running,
                                      const ComponentId& id, const Graph& graph, bool& sink_answers) const {
  const auto sinks = sinks_of(config, id, graph);
  const auto sink = sinks.size() == 1 ? *sinks.begin() : nullptr;
  return {.consumer = graph.consumers.at(id),
          .storage = graph.receivers.at(id).storage,
          // With several sinks each drops what it holds itself.
          .watermarks = [sink, &sink_answers](const std::string& source_id) -> std::vector<contracts::Watermark> {
            if (!sink || !sink_answers) return {};
            auto held = sink->watermarks({source_id});
            if (held) return std::move(*held);
            log::warn("the sink does not say what it holds, going on from the checkpoints: {}", held.error().text());
            sink_answers = false;  // the others need not wait for it, too
            return {};
          },
          .config = running};
}

// Changed receivers start before their predecessors stop, so that one with the same source goes on without a pause.
Status Service::start_receivers(const ServiceConfig& config, const std::shared_ptr<const RunningConfig>& running,
                                Graph& next) {
  bool sink_answers = true;
  for (const auto& [id, configured] : config.receivers) {
    const auto storage = configured.config->storage.empty() ? nullptr : next.storage(configured.config->storage);
    const auto old = graph_.receivers.find(id);
    auto& slot = next.receivers[id];
    if (old != graph_.receivers.end() && old->second.same(configured.canonical, storage)) {
      slot = old->second;
      slot.part->run_under(running);
      if (graph_.consumers.at(id) != next.consumers.at(id)) slot.part->set_consumer(next.consumers.at(id));
      if (!running->reread.empty()) slot.part->read_again();
      continue;
    }
    slot = {configured.canonical, configured.factory->make(id, configured.config, host_), storage};
    auto start = receiver_start(config, running, id, next, sink_answers);
    if (auto started = slot.part->start(std::move(start)); !started) return in_context(started.error(), id.text());
  }
  return {};
}

// After a start that failed: the receivers of the running graph read on, into its pipelines.
void Service::put_back_receivers(const Graph& failed) {
  for (const auto& [id, running] : graph_.receivers) {
    const auto& consumer = graph_.consumers.at(id);
    if (part_in(failed.receivers, id) == running.part) {
      running.part->run_under(running_);
      running.part->set_consumer(consumer);
    } else if (auto again = running.part->start(
                   {consumer, running.storage, [](const auto&) { return no_watermarks(); }, running_});
               !again) {
      log::error("{}: {}", id.text(), again.error().text());
    }
  }
  for (const auto& [id, running] : failed.receivers)
    if (running.part && part_in(graph_.receivers, id) != running.part) running.part->stop();
}

// Ends the parts of `old` that `kept` has not.
void Service::retire(const Graph& old, const Graph& kept) {
  for (const auto& [id, running] : old.processors) running.part->flush();
  for (const auto& [id, running] : old.exporters)
    if (part_in(kept.exporters, id) != running.part) retire_exporter(*running.part, part_in(kept.exporters, id));
  for (const auto& [id, running] : old.processors)
    if (part_in(kept.processors, id) != running.part) running.part->stop();
  for (auto id = old.extension_order.rbegin(); id != old.extension_order.rend(); ++id)
    if (const auto part = old.extensions.at(*id).part; part_in(kept.extensions, *id) != part) part->stop();
  if (old.metrics.part && old.metrics.part != kept.metrics.part) old.metrics.part->stop();
}

// What it cannot deliver in time goes to the one that has its place, else through the pipeline again.
void Service::retire_exporter(Exporter& exporter, const std::shared_ptr<Exporter>& successor) {
  exporter.drain(kReloadDrainTimeout);
  for (auto& batch : exporter.stop()) {
    if (successor) {
      successor->consume(std::move(batch));
    } else {
      LogBatch::give_back(batch);
    }
  }
}

void Service::publish(std::shared_ptr<const RunningConfig> running) {
  const auto labels = [&] {
    return MetricLabels{{"hash", running_->hash}, {"generation", fmt::format("{}", generation_)}};
  };
  if (generation_ > 0) metrics_.remove(std::string(names::kConfigInfo), labels());
  running_ = std::move(running);
  ++generation_;
  metrics_.gauge(std::string(names::kConfigInfo), "The config that runs", labels())->set(1);
}

void Service::stop() {
  const auto deadline = std::chrono::steady_clock::now() + kDrainTimeout;
  for (const auto& [id, running] : graph_.receivers) running.part->stop();
  for (const auto& [id, pipeline] : graph_.pipelines)
    for (const auto& processor : pipeline.processors) processor->flush();
  for (const auto& [id, running] : graph_.exporters) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    running.part->drain(std::max(left, std::chrono::milliseconds(0)));
  }
  for (const auto& [id, running] : graph_.exporters) running.part->stop();
  graph_.exporters.clear();
  Graph old = std::exchange(graph_, {});
  old.receivers.clear();  // with the last of them the offsets are handed to the storage, which then stops
  retire(old, graph_);
}

}  // namespace oc::collector
