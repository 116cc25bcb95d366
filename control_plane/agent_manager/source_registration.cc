#include "control_plane/agent_manager/source_registration.h"

namespace oc::control_plane {

namespace {

std::shared_ptr<Counter> source_counter(MetricRegistry& metrics, const char* change) {
  return metrics.counter("onecollector_source_registrations_total", "Changes of the registry of log sources",
                         {{"change", change}});
}

}  // namespace

SourceRegistration::SourceRegistration(LogSourceRegistry& registry, MetricRegistry& metrics)
    : registry_(registry),
      inserted_(source_counter(metrics, "inserted")),
      updated_(source_counter(metrics, "updated")),
      removed_(source_counter(metrics, "removed")) {}

Status SourceRegistration::register_changes(ManagedAgent& agent) {
  const auto& changes = agent.set.changes();
  if (changes.empty()) return {};
  std::vector<model::DiscoveredLogSource> reported;
  for (const auto& id : changes.upserted) reported.push_back(agent.set.sources().at(id));
  OC_TRY_ASSIGN(const auto counts, registry_.register_sources(agent.record, reported));
  OC_TRY_ASSIGN(const auto removed, registry_.mark_removed({changes.removed.begin(), changes.removed.end()}));
  inserted_->add(counts.inserted);
  updated_->add(counts.updated);
  removed_->add(removed);
  agent.set.clear_changes();
  return {};
}

}  // namespace oc::control_plane
