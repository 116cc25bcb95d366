// One inotify instance over folders: a folder is watched, never a file, so a thousand files cost one watch. Used by one
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/files.h"

namespace oc::agent {

// Something happened in `folder` to `name`; no name: to the folder itself.
using OnFolderEvent = std::function<void(const std::string& folder, std::string_view name)>;

class InotifyFolders {
 public:
  explicit InotifyFolders(std::uint32_t mask);  // see inotify(7)

  // 0, or the errno of inotify_add_watch(2): ENOSPC beyond fs.inotify.max_user_watches, EMFILE without an instance.
  int add(const std::string& folder);
  void remove(const std::string& folder);
  bool contains(const std::string& folder) const { return by_folder_.contains(folder); }
  // All events since the last call. True: the kernel's queue overflowed, some are lost.
  bool take(const OnFolderEvent& on_event);
  int fd() const { return fd_.get(); }  // -1: no instance was to be had (fs.inotify.max_user_instances)

 private:
  std::uint32_t mask_;
  UniqueFd fd_;
  std::unordered_map<std::string, int> by_folder_;
  std::unordered_map<int, std::string> by_watch_;
};

}  // namespace oc::agent
