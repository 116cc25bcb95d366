// Why a config version came to be, in words.
#pragma once

#include <map>
#include <string>

#include "control_plane/config_builder/otel_config_builder.h"

namespace oc::control_plane {

// What of a source shapes its receiver block, by source_id.
struct RenderedSource {
  std::string log_path;
  std::string service_name;
  std::uint64_t start_offset = 0;
  bool operator==(const RenderedSource&) const = default;
};
using RenderedSources = std::map<std::string, RenderedSource>;

struct SourceDifference {
  std::vector<std::string> added, changed, removed;  // source ids, sorted
  bool empty() const { return added.empty() && changed.empty() && removed.empty(); }
};

RenderedSource rendered_source(const model::DiscoveredLogSource& source);
SourceDifference difference(const RenderedSources& before, const RenderedSources& after);
// "3 sources added: app, nginx, db; 1 removed: old"; without any difference it was the collector's settings.
std::string change_reason(const SourceDifference& difference, const RenderedSources& before,
                          const RenderedSources& after);

}  // namespace oc::control_plane
