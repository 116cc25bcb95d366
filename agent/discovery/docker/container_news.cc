#include "agent/discovery/docker/container_news.h"

#include <utility>

#include <fmt/format.h>

namespace oc::agent {

namespace {

constexpr std::size_t kMaxContainerNotes = 5;  // in full; the rest is in the count

}  // namespace

ContainerNews::ContainerNews(const std::vector<std::string>& sockets, const WakeEvent& wake)
    : wake_(wake), newest_(sockets.size()) {
  for (std::size_t engine = 0; engine < sockets.size(); ++engine)
    watches_.push_back(std::make_unique<DockerWatch>(
        sockets[engine], [this, engine](const Containers& containers) { put(engine, containers); }));
}

void ContainerNews::put(std::size_t engine, const Containers& containers) {
  {
    const std::lock_guard lock(mutex_);
    newest_[engine] = containers;
    changed_ = true;
  }
  wake_.set();
}

std::optional<Containers> ContainerNews::take() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(changed_, false)) return std::nullopt;
  Containers all;
  for (const auto& engine : newest_) {
    all.folders.insert(engine.folders.begin(), engine.folders.end());
    all.containers.insert(engine.containers.begin(), engine.containers.end());
    all.troubles.insert(all.troubles.end(), engine.troubles.begin(), engine.troubles.end());
  }
  return all;
}

void leave_out_for_official(Containers& all) {
  for (auto& [id, container] : all.containers) {
    if (!container.logs_inside.empty()) container.remark = "log files inside it are read by the native collector alone";
    container.logs_inside.clear();
    if (!container.is_local || !container.left_out.empty()) continue;
    container.left_out = "its log driver is local, which an official collector does not read: use json-file";
    container.log = nullptr;
  }
}

void leave_out_of_journal(Containers& all) {
  for (auto& [id, container] : all.containers)
    if (container.in_journal && container.left_out.empty())
      container.left_out = "its log driver is journald, and discovery.journald.enabled is false";
}

std::vector<std::string> container_notes(const Containers& containers) {
  std::vector<std::string> notes;
  for (const auto& trouble : containers.troubles) notes.push_back("containers: " + trouble);
  std::size_t found = 0;
  for (const auto& [id, container] : containers.containers) {
    const bool left_out = !container.left_out.empty();
    if ((!left_out && container.remark.empty()) || ++found > kMaxContainerNotes) continue;
    const auto name = container.metadata.find("container.name");
    const char* both = left_out && !container.remark.empty() ? "; " : "";
    notes.push_back(fmt::format("container {}{}: {}{}{}",
                                name == container.metadata.end() ? id.substr(0, 12) : name->second,
                                left_out ? " is left out" : "", container.left_out, both, container.remark));
  }
  if (found > kMaxContainerNotes)
    notes.push_back(
        fmt::format("{} containers more are left out, or not as they should be", found - kMaxContainerNotes));
  return notes;
}

}  // namespace oc::agent
