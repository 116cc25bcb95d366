#include "collector/pipeline/metrics_endpoint.h"

#include "contracts/metric_names/metric_names.h"

namespace oc::collector {

namespace {

namespace names = contracts::metric_names;

http::Response metrics_text(MetricRegistry& metrics, double uptime_seconds) {
  const auto set = [&](std::string_view name, const char* help, double value) {
    metrics.gauge(std::string(name), help)->set(value);
  };
  const auto usage = process_usage();
  set(names::kProcessMemory, "Resident memory of the process in bytes", static_cast<double>(usage.resident_bytes));
  set(names::kProcessCpu, "CPU time of the process in seconds", usage.cpu_seconds);
  set(names::kProcessUptime, "Seconds since the start", uptime_seconds);
  return http::Response::text(metrics.prometheus_text(), 200, "text/plain; version=0.0.4; charset=utf-8");
}

// As OpenTelemetry's resources appear in Prometheus: names of labels have no dots.
MetricLabels target_labels(const TelemetryConfig& config) {
  MetricLabels labels;
  for (const auto& [key, value] : config.resource) {
    std::string name = key;
    for (char& c : name)
      if (c == '.' || c == '-' || c == '/') c = '_';
    labels.emplace_back(std::move(name), value);
  }
  return labels;
}

constexpr const char* kTargetInfo = "target_info";

}  // namespace

Status MetricsEndpoint::start() {
  http::Router router;
  if (!config_.resource.empty())
    host_.metrics.gauge(kTargetInfo, "Whose metrics these are", target_labels(config_))->set(1);
  const auto started = host_.clock.steady();
  router.get(
      "/metrics",
      [host = host_, started](const http::Request&) {
        return metrics_text(host.metrics, std::chrono::duration<double>(host.clock.steady() - started).count());
      },
      http::Lane::kAdmin);
  http::Server::Options options;
  options.address = config_.host == "localhost" ? "127.0.0.1" : config_.host;
  options.port = config_.port;
  options.work_threads = 1;
  OC_TRY_ASSIGN(server_, http::Server::listen(std::move(options), std::move(router)));
  return {};
}

void MetricsEndpoint::stop() {
  if (!config_.resource.empty()) host_.metrics.remove(kTargetInfo, target_labels(config_));
  server_.reset();
}

}  // namespace oc::collector
