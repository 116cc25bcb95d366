#include "control_plane/activities/activity_list.h"

#include <algorithm>

#include <fmt/format.h>

#include "contracts/config/suggestion.h"
#include "control_plane/activities/auto_generate_collector_config.h"
#include "control_plane/activities/auto_verify_log_pipeline.h"
#include "control_plane/activities/canary_reload.h"
#include "control_plane/activities/collector_control.h"
#include "control_plane/activities/config_rollout.h"
#include "control_plane/activities/config_steps.h"
#include "control_plane/activities/label_enrichment.h"
#include "control_plane/activities/list_active_collectors.h"
#include "control_plane/activities/promote_config.h"
#include "control_plane/activities/refuse_config.h"
#include "control_plane/activities/register_new_collector.h"
#include "control_plane/activities/send_alert.h"
#include "control_plane/activities/source_inventory.h"
#include "control_plane/activities/source_registration.h"
#include "control_plane/activities/source_watch.h"
#include "control_plane/activities/start_loki.h"
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
  const auto& [config, token, registry, sources, agents, fleet, manager, configs, alerts, reconcile, backend] = parts;
  ActivityList list;
  OC_TRY(list.add(std::make_unique<AutoDiscoverAllLogSources>(fleet)));
  OC_TRY(list.add(std::make_unique<DiscoverLogFiles>(fleet)));
  OC_TRY(list.add(std::make_unique<FilesystemWatch>(configs.bus)));
  OC_TRY(list.add(std::make_unique<AutoRegisterLogSources>(fleet, agents, registry)));
  OC_TRY(list.add(std::make_unique<UpsertRegistryRecord>(fleet, agents, registry)));
  OC_TRY(list.add(std::make_unique<RegisterService>(fleet, agents, registry)));
  OC_TRY(list.add(std::make_unique<DeregisterService>(registry)));
  OC_TRY(list.add(std::make_unique<LabelEnrichment>(sources)));
  OC_TRY(list.add(std::make_unique<ListActiveCollectors>(fleet)));
  OC_TRY(list.add(std::make_unique<RegisterNewCollector>(agents)));
  OC_TRY(list.add(std::make_unique<VerifyCollectorHealth>(fleet)));
  OC_TRY(list.add(std::make_unique<VerifyServicesHealth>(config, token, agents, fleet)));
  OC_TRY(list.add(std::make_unique<BuildConfig>(configs)));
  OC_TRY(list.add(std::make_unique<RenderConfig>(configs)));
  OC_TRY(list.add(std::make_unique<ValidateConfig>(configs)));
  OC_TRY(list.add(std::make_unique<StoreConfigArtifact>(configs)));
  OC_TRY(list.add(std::make_unique<AutoGenerateCollectorConfig>(configs)));
  OC_TRY(list.add(std::make_unique<CanaryReload>(configs)));
  OC_TRY(list.add(std::make_unique<PushConfig>(configs)));
  OC_TRY(list.add(std::make_unique<VerifyReload>(configs)));
  OC_TRY(list.add(std::make_unique<AutoDeployCollectorConfig>(configs)));
  OC_TRY(list.add(std::make_unique<AutoVerifyLogPipeline>(configs)));
  OC_TRY(list.add(std::make_unique<PromoteConfig>(configs)));
  OC_TRY(list.add(std::make_unique<RefuseConfig>(configs)));
  OC_TRY(list.add(std::make_unique<RollbackConfig>(configs)));
  OC_TRY(list.add(std::make_unique<AutoRollbackOnFailure>(configs)));
  OC_TRY(list.add(std::make_unique<StartCollector>(manager, fleet)));
  OC_TRY(list.add(std::make_unique<StopCollector>(manager, fleet)));
  OC_TRY(list.add(std::make_unique<ReloadCollector>(manager, fleet)));
  OC_TRY(list.add(std::make_unique<RestartCollector>(manager, fleet)));
  OC_TRY(list.add(std::make_unique<StartLoki>(config, token, backend)));
  OC_TRY(list.add(std::make_unique<SendAlert>(alerts)));
  OC_TRY(list.add(std::make_unique<ScheduleReconcile>(reconcile)));
  OC_TRY(list.add(std::make_unique<HandleConfigChangeEvent>(reconcile)));
  return list;
}

}  // namespace oc::control_plane
