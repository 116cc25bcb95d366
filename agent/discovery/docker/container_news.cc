#include "agent/discovery/docker/container_news.h"

#include <utility>

#include <fmt/format.h>

namespace oc::agent {

namespace {

constexpr std::size_t kMaxContainerNotes = 5;  // in full; the rest is in the count

}  // namespace

ContainerNews::ContainerNews(const std::string& socket, const WakeEvent& wake)
    : wake_(wake), watch_(socket, [this](const Containers& containers) { put(containers); }) {}

void ContainerNews::put(const Containers& containers) {
  {
    const std::lock_guard lock(mutex_);
    newest_ = containers;
  }
  wake_.set();
}

std::optional<Containers> ContainerNews::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(newest_, std::nullopt);
}

std::vector<std::string> container_notes(const Containers& containers) {
  std::vector<std::string> notes;
  if (!containers.trouble.empty()) notes.push_back("Docker: " + containers.trouble);
  std::size_t found = 0;
  for (const auto& [id, container] : containers.containers) {
    const bool left_out = !container.left_out.empty();
    if ((!left_out && container.remark.empty()) || ++found > kMaxContainerNotes) continue;
    const auto name = container.metadata.find("container.name");
    notes.push_back(fmt::format("container {}{}: {}",
                                name == container.metadata.end() ? id.substr(0, 12) : name->second,
                                left_out ? " is left out" : "", left_out ? container.left_out : container.remark));
  }
  if (found > kMaxContainerNotes)
    notes.push_back(
        fmt::format("{} containers more are left out, or not as they should be", found - kMaxContainerNotes));
  return notes;
}

}  // namespace oc::agent
