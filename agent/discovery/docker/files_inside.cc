#include "agent/discovery/docker/files_inside.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/log_source.h"

namespace oc::agent {

void FilesInside::set_containers(const Containers& containers) {
  containers_.clear();
  for (const auto& [id, container] : containers.containers) {
    if (container.logs_inside.empty()) continue;
    containers_.push_back(container);
    containers_.back().log = nullptr;  // it is kept open by nobody on our account
  }
  std::ranges::stable_partition(containers_, [](const Container& container) { return !container.ended; });
}

// A file in a volume is the first one's that has it: of one that runs, rather than of its predecessor.
NamedFiles FilesInside::list() {
  NamedFiles files;
  notes_.clear();
  for (const auto& container : containers_) {
    const auto listed = list_logs_inside(container.logs_inside);
    for (const auto& file : listed.files) {
      auto& named = files.try_emplace(file.path, NamedFile{container.metadata, file.stat}).first->second;
      named.metadata.try_emplace(model::kContainerFile, file.inside);
    }
    if (listed.beyond > 0)
      notes_.push_back(fmt::format("container {}: {} of its log files are not collected, {} are",
                                   container.id.substr(0, 12), listed.beyond, listed.files.size()));
  }
  return files;
}

}  // namespace oc::agent
