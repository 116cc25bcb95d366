// How the catalog treats the logs of containers: their engine says whose they are.
#include <utility>

#include "agent/discovery/source_catalog.h"

namespace oc::agent {

void SourceCatalog::set_containers(const Containers& containers) {
  container_folders_.insert(containers.folders.begin(), containers.folders.end());
  containers_.clear();
  has_ended_.clear();
  for (const auto& [id, container] : containers.containers) {
    has_ended_[id] = container.ended;
    if (!container.log_path.empty()) containers_[container.log_path] = container;
  }
}

const Metadata* SourceCatalog::said_of(const std::string& path) const {
  if (const auto found = containers_.find(path); found != containers_.end()) return &found->second.metadata;
  const auto named = named_files_.find(path);
  return named == named_files_.end() ? nullptr : &named->second.metadata;
}

bool SourceCatalog::is_container_log(const SeenFile& file) {
  const auto found = containers_.find(file.real);
  if (found == containers_.end() || found->second.left_out.empty()) return found != containers_.end();
  left_out_[file.path] = {LeftOut::kContainer, found->second.left_out};
  return false;
}

// A container may be gone with its log before the folders were listed once.
void SourceCatalog::add_deleted_logs(FileGroups& groups) const {
  std::set<std::string> listed;
  for (const auto& [id, group] : groups)
    if (group.said != nullptr && is_engine_log(*group.said)) listed.insert(group.said->at("container.id"));
  for (const auto& [path, container] : containers_) {
    if (!container.log || !container.left_out.empty() || listed.contains(container.id)) continue;
    const auto now = stat_open_file(container.log->fd.get());  // it may have been written since it was opened
    groups.try_emplace(container.log->stat.id,
                       FileGroup{now.value_or(container.log->stat), {path}, {path}, &container.metadata});
  }
}

// A container can be given another name.
void SourceCatalog::take_names(const FileGroups& groups) {
  for (auto& [id, source] : table_.inventory().sources) {
    const auto group = groups.find(source.file);
    if (group == groups.end() || group->second.said == nullptr) continue;
    const auto& said = *group->second.said;
    if (std::exchange(source.said, said) != said) unsaved_ = true;
  }
}

void SourceCatalog::set_delivered(const std::map<std::string, std::uint64_t>& offsets_by_source) {
  for (const auto& [id, offset] : offsets_by_source)
    if (table_.inventory().sources.contains(id)) delivered_[id] = offset;
  look_for_done_containers();
}

// After each news of containers, of their logs or of what is delivered. A container its engine does not know any more
// stays what it was.
void SourceCatalog::look_for_done_containers() {
  for (const auto& [id, source] : table_.inventory().sources) {
    const auto container = source.said.find("container.id");
    const auto ended = container == source.said.end() ? has_ended_.end() : has_ended_.find(container->second);
    if (ended == has_ended_.end()) continue;
    if (ended->second && !shared_.contains(source.file))
      ended_.insert(id);
    else
      ended_.erase(id);
  }
  const auto before = std::exchange(done_since_, {});
  const auto now = clock_.steady();
  for (const auto& id : ended_) {
    const auto delivered = delivered_.find(id);
    const auto* ledger = ledger_.last(id);
    if (delivered == delivered_.end() || ledger == nullptr || delivered->second < ledger->last_newline_end) continue;
    const auto known = before.find(id);
    done_since_[id] = known == before.end() ? now : known->second;
  }
  for (const auto& [id, source] : table_.inventory().sources)
    if (is_of_container(source.said) && published_.contains(id) == is_done(source)) unsaved_ = true;
}

bool SourceCatalog::is_done(const KnownSource& source) const {
  const auto since = done_since_.find(source.id);
  return since != done_since_.end() && clock_.steady() - since->second >= kDoneGrace;
}

// What their engines hold open need not be found again by name: it may have none by the time it is looked at.
void SourceCatalog::keep_container_logs_open() {
  for (const auto& [path, container] : containers_) {
    const auto id = container.log ? by_path_.find(path) : by_path_.end();
    if (id == by_path_.end()) continue;
    const auto source = table_.inventory().sources.find(id->second);
    if (source == table_.inventory().sources.end() || source->second.file != container.log->stat.id) continue;
    ledger_.keep_open(source->first, source->second.file, {container.log, &container.log->fd});
  }
}

}  // namespace oc::agent
