#include "control_plane/activities/activity_list.h"

#include <algorithm>

#include <fmt/format.h>

#include "contracts/config/suggestion.h"
#include "control_plane/activities/label_enrichment.h"
#include "control_plane/activities/list_active_collectors.h"
#include "control_plane/activities/register_new_collector.h"
#include "control_plane/activities/source_inventory.h"
#include "control_plane/activities/source_registration.h"
#include "control_plane/activities/verify_health.h"

namespace oc::control_plane {

namespace {

constexpr std::string_view kSuffix = "_activity";

bool is_activity_name(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return name.size() > kSuffix.size() && name.ends_with(kSuffix) && std::ranges::all_of(name, allowed);
}

}  // namespace

Status ActivityList::add(std::unique_ptr<Activity> activity) {
  std::string name(activity->name());
  if (!is_activity_name(name))
    return permanent(fmt::format("an activity is called \"{}\"", name),
                     "names are lower_case and end in \"_activity\"");
  if (!activities_.emplace(name, std::move(activity)).second)
    return permanent(fmt::format("two activities are called \"{}\"", name));
  return {};
}

Activity* ActivityList::find(std::string_view name) const {
  const auto at = activities_.find(name);
  return at == activities_.end() ? nullptr : at->second.get();
}

std::vector<Activity*> ActivityList::all() const {
  std::vector<Activity*> all;
  for (const auto& [name, activity] : activities_) all.push_back(activity.get());
  return all;
}

Error ActivityList::unknown(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const auto& [known, activity] : activities_) names.push_back(known);
  return {Error::Kind::kPermanent, fmt::format("no activity is called \"{}\"", name),
          contracts::suggestion(name, names)};
}

Result<ActivityList> control_plane_activities(const ActivityParts& parts) {
  ActivityList list;
  OC_TRY(list.add(std::make_unique<AutoDiscoverAllLogSources>(parts.fleet)));
  OC_TRY(list.add(std::make_unique<DiscoverLogFiles>(parts.fleet)));
  OC_TRY(list.add(std::make_unique<AutoRegisterLogSources>(parts.fleet, parts.agents, parts.registry)));
  OC_TRY(list.add(std::make_unique<UpsertRegistryRecord>(parts.fleet, parts.agents, parts.registry)));
  OC_TRY(list.add(std::make_unique<RegisterService>(parts.fleet, parts.agents, parts.registry)));
  OC_TRY(list.add(std::make_unique<DeregisterService>(parts.registry)));
  OC_TRY(list.add(std::make_unique<LabelEnrichment>(parts.sources)));
  OC_TRY(list.add(std::make_unique<ListActiveCollectors>(parts.fleet)));
  OC_TRY(list.add(std::make_unique<RegisterNewCollector>(parts.agents)));
  OC_TRY(list.add(std::make_unique<VerifyCollectorHealth>(parts.fleet)));
  OC_TRY(list.add(std::make_unique<VerifyServicesHealth>(parts.config, parts.token, parts.agents, parts.fleet)));
  return list;
}

}  // namespace oc::control_plane
