// inotify on folders: who changes what in them. One watch a folder, however many ask for it. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/files.h"

namespace oc::collector {

class DirectoryWatcher {
 public:
  DirectoryWatcher();

  // False where the kernel cannot or will not tell: network file systems, too many watches, a missing folder.
  bool watch(const std::string& folder);
  void unwatch(const std::string& folder);

  struct Event {
    std::string_view folder;
    std::string_view name;  // in the folder
    bool content = false;   // written or truncated; else a name came or went
    bool appeared = false;  // the name came
    bool is_folder = false;
    bool folder_gone = false;  // the watched folder itself; the watch is gone with it
  };
  // Handles what has happened since. False: events were lost, everything must be looked at again.
  bool poll(const std::function<void(const Event&)>& handle);
  int descriptor() const { return inotify_.get(); }

 private:
  bool dispatch(std::string_view buffer, const std::function<void(const Event&)>& handle);

  UniqueFd inotify_;
  std::unordered_map<int, std::string> folders_;
  std::unordered_map<std::string, int> ids_;
};

}  // namespace oc::collector
