// The collector as it runs: starts a config, replaces it by difference, stops. Used from one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/pipeline/graph.h"

namespace oc::collector {

class Service {
 public:
  Service(const ComponentList& components, const Clock& clock)
      : components_(components), host_{metrics_, clock, shared_} {}
  ~Service() { stop(); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  Status start(const ServiceConfig& config);
  // Unchanged components go on without noticing. An error changes nothing. Counted in
  // onecollector_config_reloads_total.
  Status reload(const std::vector<std::string>& config_files);
  // Stops reading, delivers what is under way (for at most kDrainTimeout), saves the offsets.
  void stop();

  MetricRegistry& metrics() { return metrics_; }
  const Graph& graph() const { return graph_; }

  // A clean stop has 5 s; storing offsets and closing need some of it.
  static constexpr std::chrono::milliseconds kDrainTimeout{3'000};
  // For an exporter that a reload takes away: what it could not deliver is not lost, its successor sends it.
  static constexpr std::chrono::milliseconds kReloadDrainTimeout{1'000};

 private:
  Status apply(const ServiceConfig& config);
  Status start_receivers(const ServiceConfig& config, const std::shared_ptr<const RunningConfig>& running, Graph& next);
  ReceiverStart receiver_start(const ServiceConfig& config, const std::shared_ptr<const RunningConfig>& running,
                               const ComponentId& id, const Graph& graph, bool& sink_answers) const;
  void put_back_receivers(const Graph& failed);
  static void retire(const Graph& old, const Graph& kept);
  static void retire_exporter(Exporter& exporter, const std::shared_ptr<Exporter>& successor);
  void publish(std::shared_ptr<const RunningConfig> running);

  const ComponentList& components_;
  MetricRegistry metrics_;
  SharedServices shared_;
  const Host host_;
  Graph graph_;
  std::shared_ptr<const RunningConfig> running_ = std::make_shared<RunningConfig>();
  std::uint64_t generation_ = 0;
};

}  // namespace oc::collector
