// inotify on folders, in two instances: one for what comes and goes, one for writes. Writes are many and only need
// reading when the ledger is due; kept apart, a busy log can never push the news of a file out of the kernel's queue.
// A folder is watched, never a file, so a thousand files cost one watch. Used by one thread.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/file_system.h"
#include "base/files.h"

namespace oc::agent {

class FolderWatches {
 public:
  // Names the file system of a folder whose changes the kernel does not see, see changes_unseen_at().
  using UnseenAt = std::function<std::optional<std::string_view>(const std::string& folder)>;
  explicit FolderWatches(UnseenAt unseen_at = changes_unseen_at);

  enum class Added {
    kWatched,
    kLimitReached,  // fs.inotify.max_user_watches or max_user_instances: the caller polls instead
    kUnseen,        // inotify says nothing of this file system's changes: the caller polls instead
    kFailed,        // gone or not ours to look into
  };
  // Add before listing the folder: what appears in between is then reported rather than missed.
  Added add(const std::string& folder);
  void remove(const std::string& folder);
  std::size_t size() const { return by_folder_.size(); }
  std::optional<std::string_view> unseen_at(const std::string& folder) const { return unseen_at_(folder); }

  // What was reported since the last call. `overflowed`: the kernel dropped events, look at everything.
  struct Changes {
    std::set<std::string> paths;
    bool overflowed = false;
  };
  Changes take_changed_folders();  // paths are folders whose entries came, went, or changed permissions
  Changes take_written_files();    // paths are files

  int structure_fd() const { return structure_.get(); }  // -1: no inotify instance to be had
  int writes_fd() const { return writes_.get(); }

 private:
  struct Watch {
    int structure = -1;
    int writes = -1;
  };
  template <typename OnEvent>
  static bool drain(int fd, OnEvent on_event);

  UnseenAt unseen_at_;
  UniqueFd structure_, writes_;
  std::unordered_map<std::string, Watch> by_folder_;
  std::unordered_map<int, std::string> by_structure_, by_writes_;
};

}  // namespace oc::agent
