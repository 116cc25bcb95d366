#include "control_plane/api/routes.h"

namespace oc::control_plane {

namespace {

constexpr ProofState kStates[] = {ProofState::kVerified, ProofState::kCounted,      ProofState::kAcknowledged,
                                  ProofState::kMerged,   ProofState::kTooOld,       ProofState::kIdle,
                                  ProofState::kWaiting,  ProofState::kNotDelivered, ProofState::kRefused};

// Gauges of what is counted elsewhere are set when somebody looks.
http::Response metrics(const ApiContext& context) {
  const auto counts = context.board.counts();
  for (const auto state : kStates) {
    const auto at = counts.find(state);
    context.metrics
        .gauge("onecollector_sources", "Active log sources by what verification says of them",
               {{"state", std::string(to_string(state))}})
        ->set(at == counts.end() ? 0 : static_cast<double>(at->second));
  }
  const auto usage = process_usage();
  context.metrics.gauge("onecollector_process_resident_bytes", "Resident memory of this process")
      ->set(static_cast<double>(usage.resident_bytes));
  context.metrics.gauge("onecollector_process_cpu_seconds", "CPU time of this process")->set(usage.cpu_seconds);
  context.metrics.gauge("onecollector_store_reachable", "Whether the log store answered when it was asked last")
      ->set(context.board.store().reachable ? 1 : 0);
  return http::Response::text(context.metrics.prometheus_text(), 200, "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace

void add_metrics_route(http::Router& router, const ApiContext& context) {
  router.get("/metrics", [context](const http::Request&) { return metrics(context); }, http::Lane::kAdmin);
}

}  // namespace oc::control_plane
