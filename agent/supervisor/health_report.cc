#include "agent/supervisor/health_report.h"

#include <fmt/format.h>

namespace oc::agent {

using contracts::opamp::ComponentHealth;

namespace {

// Beyond this the count says enough, and the report stays small.
constexpr std::size_t kMaxFailingSources = 1000;

std::string status_of(const CollectorState& state) {
  if (!state.configured) return "waiting for the first config";
  if (!state.running) return "the collector is being started again";
  return state.answers ? "running" : "the collector does not answer";
}

}  // namespace

ComponentHealth health_report(const CollectorState& state,
                              const std::map<std::string, contracts::CollectorSourceReport>& figures) {
  ComponentHealth collector;
  collector.healthy = state.running && state.answers && state.last_error.empty();
  collector.status = status_of(state);
  collector.last_error = state.last_error;
  collector.start_time_ns = state.started_ns;

  ComponentHealth whole = collector;
  std::size_t failing = 0;
  for (const auto& [id, source] : figures) {
    if (source.last_error.empty() || ++failing > kMaxFailingSources) continue;
    whole.components["source/" + id] = {.last_error = source.last_error, .status = "failing"};
  }
  if (collector.healthy && failing > 0) whole.status = fmt::format("running; {} sources fail", failing);
  whole.components["collector"] = std::move(collector);
  return whole;
}

}  // namespace oc::agent
