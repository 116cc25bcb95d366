// Serves the collector's own metrics for Prometheus at /metrics.
#pragma once

#include <memory>

#include "base/http/server.h"
#include "collector/pipeline/component.h"
#include "collector/pipeline/telemetry_config.h"

namespace oc::collector {

class MetricsEndpoint final : public Extension {
 public:
  MetricsEndpoint(TelemetryConfig config, const Host& host) : config_(std::move(config)), host_(host) {}
  Status start() override;
  void stop() override;
  std::uint16_t port() const { return server_ ? server_->port() : 0; }

 private:
  const TelemetryConfig config_;
  const Host host_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace oc::collector
