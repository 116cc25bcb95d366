#include "control_plane/config_builder/change_reason.h"

#include <set>

#include <fmt/format.h>

#include "control_plane/registry/log_source_registry.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kNamedServices = 5;  // a reason is one line in a table

std::string service_names(const std::vector<std::string>& ids, const RenderedSources& sources) {
  std::set<std::string> names;
  for (const auto& id : ids) names.insert(sources.at(id).service_name);
  std::string text;
  std::size_t listed = 0;
  for (const auto& name : names) {
    if (listed++ == kNamedServices) return text + ", …";
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

void describe(std::string& reason, const char* verb, const std::vector<std::string>& ids,
              const RenderedSources& sources) {
  if (ids.empty()) return;
  const char* noun = ids.size() == 1 ? " source" : " sources";
  reason += fmt::format("{}{}{} {}: {}", reason.empty() ? "" : "; ", ids.size(), reason.empty() ? noun : "", verb,
                        service_names(ids, sources));
}

}  // namespace

RenderedSource rendered_source(const model::DiscoveredLogSource& source) {
  return {source.log_path, resource_labels(source, "").at("service.name"), source.start_offset};
}

SourceDifference difference(const RenderedSources& before, const RenderedSources& after) {
  SourceDifference found;
  for (const auto& [id, source] : after) {
    const auto known = before.find(id);
    if (known == before.end())
      found.added.push_back(id);
    else if (known->second != source)
      found.changed.push_back(id);
  }
  for (const auto& [id, source] : before)
    if (!after.contains(id)) found.removed.push_back(id);
  return found;
}

std::string change_reason(const SourceDifference& difference, const RenderedSources& before,
                          const RenderedSources& after) {
  if (difference.empty()) return "settings of the collector changed";
  std::string reason;
  describe(reason, "added", difference.added, after);
  describe(reason, "changed", difference.changed, after);
  describe(reason, "removed", difference.removed, before);
  return reason;
}

}  // namespace oc::control_plane
