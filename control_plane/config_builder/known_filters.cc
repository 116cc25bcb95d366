#include "control_plane/config_builder/known_filters.h"

#include <map>

#include "base/yaml.h"

namespace oc::control_plane {

namespace {

// Component id → its definition as text.
using Definitions = std::map<std::string, std::string>;

Result<Definitions> definitions(PolicyRepository& policies, std::int64_t version) {
  OC_TRY_ASSIGN(const auto policy, policies.find_policy(version));
  Definitions found;
  if (!policy || policy->overlay_text.empty()) return found;
  OC_TRY_ASSIGN(const auto overlay, yaml::parse(policy->overlay_text, policy->overlay_name));
  for (const char* section : {"processors", "receivers"}) {
    if (!overlay.IsMap()) break;
    const auto components = overlay[section];
    if (!components || !components.IsMap()) continue;
    for (const auto& component : components) found[component.first.Scalar()] = YAML::Dump(component.second);
  }
  return found;
}

}  // namespace

Result<std::set<std::string>> known_filters(PolicyRepository& policies, const model::CollectorConfig& before,
                                            const model::CollectorConfig& after) {
  OC_TRY_ASSIGN(const auto old_ones, definitions(policies, before.policy_version));
  OC_TRY_ASSIGN(const auto new_ones, definitions(policies, after.policy_version));
  std::set<std::string> known;
  for (const auto& [id, definition] : new_ones)
    if (const auto old = old_ones.find(id); old != old_ones.end() && old->second == definition) known.insert(id);
  return known;
}

}  // namespace oc::control_plane
