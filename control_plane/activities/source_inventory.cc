#include "control_plane/activities/source_inventory.h"

#include <algorithm>

#include <fmt/format.h>

#include "control_plane/activities/known_agent.h"

namespace oc::control_plane {

namespace {

InventorySource entry_of(const std::string& source_id, const SourceFacts& facts) {
  const auto service = facts.source.metadata.find("service_name");
  return {source_id, facts.agent_id, std::string(to_string(facts.source.source_type)), facts.source.log_path,
          service == facts.source.metadata.end() ? "" : service->second};
}

// The platform's own probe files are no sources of anybody's. `type`: only this one; empty: all.
Result<InventoryOutput> inventory(const FleetState& fleet, const InventoryInput& input, std::string_view type) {
  if (input.limit > kMaxInventoryPage)
    return permanent(fmt::format("limit: {} is more than {}", input.limit, kMaxInventoryPage),
                     "walk the pages with `after`");
  InventoryOutput output;
  bool more = false;
  fleet.for_each_source([&](const std::string& source_id, const SourceFacts& facts) {
    const auto source_type = to_string(facts.source.source_type);
    if (facts.source.source_type == model::SourceType::kProbe || (!type.empty() && source_type != type)) return;
    if (!input.agent_id.empty() && facts.agent_id != input.agent_id) return;
    ++output.total;
    ++output.by_type[std::string(source_type)];
    ++output.by_agent[facts.agent_id];
    if (source_id <= input.after) return;
    if (output.sources.size() < input.limit)
      output.sources.push_back(entry_of(source_id, facts));
    else
      more = true;
  });
  if (more && !output.sources.empty()) output.next = output.sources.back().source_id;
  return output;
}

}  // namespace

Result<InventoryOutput> AutoDiscoverAllLogSources::execute(const Input& input, const ActivityContext&) {
  return inventory(fleet_, input, "");
}

Result<InventoryOutput> DiscoverLogFiles::execute(const Input& input, const ActivityContext&) {
  return inventory(fleet_, input, to_string(model::SourceType::kFilesystem));
}

Result<AutoRegisterLogSourcesOutput> AutoRegisterLogSources::execute(const Input& input,
                                                                     const ActivityContext& context) {
  std::map<std::string, std::vector<model::DiscoveredLogSource>> by_agent;
  fleet_.for_each_source([&](const std::string&, const SourceFacts& facts) {
    if (input.agent_id.empty() || facts.agent_id == input.agent_id) by_agent[facts.agent_id].push_back(facts.source);
  });
  if (!input.agent_id.empty()) OC_TRY(known_agent(fleet_, agents_, input.agent_id));
  Output output;
  for (const auto& [agent_id, sources] : by_agent) {
    if (context.cancelled.stop_requested()) return retryable("cancelled between two agents");
    OC_TRY_ASSIGN(const auto agent, known_agent(fleet_, agents_, agent_id));
    OC_TRY_ASSIGN(const auto counts, registry_.register_sources(agent, sources));
    output.inserted += counts.inserted;
    output.updated += counts.updated;
    output.unchanged += counts.unchanged;
  }
  return output;
}

}  // namespace oc::control_plane
