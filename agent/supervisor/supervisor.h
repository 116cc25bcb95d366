// Keeps one collector running with the config the control plane wants (ING-L5): starts or adopts it, starts it again
// when it dies, applies configs and takes back those that fail, watches its health and figures. One thread of its own.
// Of an official collector nobody knows per source what was sent: its figures are the accepted records, and trouble of
// an exporter is told of every source.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"
#include "contracts/opamp/collector_report.h"
#include "contracts/opamp/collector_requests.h"
#include "contracts/opamp/messages.h"

namespace oc::agent {

struct SupervisorOptions {
  contracts::Endpoint health, metrics;  // wanted; the next free ones are taken
  std::string token;                    // sent when reading the collector's metrics
  // Program and first arguments of the collector, e.g. {"/usr/bin/onecollector", "collector"}.
  std::vector<std::string> command;
  bool official = false;  // an OpenTelemetry Collector of others: it ends with the agent and is never adopted
  std::chrono::milliseconds apply_time{10'000};  // for a config to be seen running
};

// Calls come from the supervisor's thread and must be short.
struct SupervisorCallbacks {
  std::function<void(contracts::opamp::RemoteConfigStatus)> on_remote_config_status;
  std::function<void(contracts::opamp::ConfigMap)> on_effective_config;
  std::function<void(contracts::opamp::ComponentHealth)> on_health;
  std::function<void(contracts::CollectorReport)> on_report;  // changed sources only
};

class Supervisor {
 public:
  // Adopts a running collector and chooses the ports; the thread begins with begin(). Errors: no port, no folder.
  static Result<std::unique_ptr<Supervisor>> create(SupervisorOptions options,
                                                    const contracts::DataDirectory& directory);
  virtual ~Supervisor() = default;  // ends

  virtual void begin(SupervisorCallbacks callbacks) = 0;
  // Stops the thread and the collector, within 5 s; no callback comes afterwards. Idempotent.
  virtual void end() = 0;
  // Thread-safe. Of several that wait only the last is applied.
  virtual void apply(contracts::opamp::RemoteConfig config) = 0;
  // The collector's own program took this config a moment ago: it need not be validated again. Thread-safe.
  virtual void trust(const std::string& yaml) = 0;
  // Starts, stops, restarts or reloads the collector and waits until it did; one that was stopped is not started until
  // it is asked for. Thread-safe; not from a callback.
  virtual Status command(contracts::CollectorAction action) = 0;
  // Thread-safe: a source was written, so figures will move soon.
  virtual void expect_figures() = 0;

  virtual const contracts::Endpoint& health_endpoint() const = 0;
  virtual const contracts::Endpoint& metrics_endpoint() const = 0;
  virtual const std::vector<std::string>& notes() const = 0;
};

}  // namespace oc::agent
