#include "collector/receivers/file_log/directory_watcher.h"

#include <cstring>

#include <sys/inotify.h>
#include <unistd.h>

#include "base/file_system.h"

namespace oc::collector {

DirectoryWatcher::DirectoryWatcher() : inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

bool DirectoryWatcher::watch(const std::string& folder) {
  if (ids_.contains(folder)) return true;
  if (!inotify_ || changes_unseen_at(folder)) return false;
  constexpr std::uint32_t kEvents =
      IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF | IN_ONLYDIR;
  const int id = ::inotify_add_watch(inotify_.get(), folder.c_str(), kEvents);
  if (id < 0) return false;
  // A folder that is known under another name (symbolic links, a rename) keeps the newest.
  if (const auto known = folders_.find(id); known != folders_.end()) ids_.erase(known->second);
  folders_[id] = folder;
  ids_[folder] = id;
  return true;
}

void DirectoryWatcher::unwatch(const std::string& folder) {
  const auto found = ids_.find(folder);
  if (found == ids_.end()) return;
  ::inotify_rm_watch(inotify_.get(), found->second);
  folders_.erase(found->second);
  ids_.erase(found);
}

bool DirectoryWatcher::poll(const std::function<void(const Event&)>& handle) {
  alignas(inotify_event) char buffer[64 << 10];
  while (inotify_) {
    const auto count = ::read(inotify_.get(), buffer, sizeof buffer);
    if (count <= 0) break;
    if (!dispatch({buffer, static_cast<std::size_t>(count)}, handle)) return false;
  }
  return true;
}

bool DirectoryWatcher::dispatch(std::string_view buffer, const std::function<void(const Event&)>& handle) {
  while (!buffer.empty()) {
    inotify_event event;
    std::memcpy(&event, buffer.data(), sizeof event);
    const char* name = buffer.data() + sizeof event;
    buffer.remove_prefix(sizeof event + event.len);
    if (event.mask & IN_Q_OVERFLOW) return false;
    const auto found = folders_.find(event.wd);
    if (found == folders_.end()) continue;
    const std::string folder = found->second;
    const bool gone = event.mask & (IN_IGNORED | IN_MOVE_SELF);
    if (gone) unwatch(folder);
    handle({.folder = folder,
            .name = event.len > 0 ? std::string_view(name) : std::string_view(),
            .content = (event.mask & IN_MODIFY) != 0,
            .appeared = (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0,
            .is_folder = (event.mask & IN_ISDIR) != 0,
            .folder_gone = gone});
  }
  return true;
}

}  // namespace oc::collector
