// What the kernel reports of folders: of all of them what comes and goes, of those with logs also writes. What comes
// and goes is told by fanotify where the folder's file system is marked (marked_file_systems.h), by inotify elsewhere.
// Writes are always inotify's. They are many and only need reading when the ledger is due; with an instance of their
// own, a busy log can never push the news of a file out of the kernel's queue. Used by one thread.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "agent/discovery/inotify_folders.h"
#include "agent/discovery/marked_file_systems.h"
#include "base/file_system.h"
#include "base/files.h"

namespace oc::agent {

class FolderWatches {
 public:
  // Names the file system of a folder whose changes the kernel does not see, see changes_unseen_at().
  using UnseenAt = std::function<std::optional<std::string_view>(const std::string& folder)>;
  // `marks`: see mark_file_systems(); empty: inotify alone.
  explicit FolderWatches(UnseenAt unseen_at = changes_unseen_at, UniqueFd marks = {});

  enum class Added {
    kWatched,
    kLimitReached,  // fs.inotify.max_user_watches or max_user_instances: the caller polls instead
    kUnseen,        // the kernel says nothing of this file system's changes: the caller polls instead
    kFailed,        // gone or not ours to look into
  };
  // Add before listing the folder: what appears in between is then reported rather than missed.
  Added add(const std::string& folder);
  // Writes to its files, too, of a folder that was added. Before looking at the files.
  Added add_writes(const std::string& folder);
  void remove(const std::string& folder);
  // Before everything is listed again: the folders of a file system that lost its mark are to be added again.
  void refresh_marks() { marks_.refresh(); }
  std::size_t marked_file_systems() const { return marks_.count(); }
  std::optional<std::string_view> unseen_at(const std::string& folder) const { return unseen_at_(folder); }

  // What was reported since the last call. `overflowed`: the kernel dropped events, look at everything.
  struct Changes {
    std::set<std::string> paths;
    bool overflowed = false;
  };
  Changes take_changed_folders();  // paths are folders whose entries came, went, or changed permissions
  Changes take_written_files();    // paths are files
  // Takes the changed folders from the kernel, whose queue is short, and holds them for the next call of the above.
  void hold_changes();
  bool holds_changes() const { return !held_.paths.empty() || held_.overflowed; }

  std::array<int, 2> structure_fds() const { return {structure_.fd(), marks_.fd()}; }  // -1: not to be had
  int writes_fd() const { return writes_.fd(); }

 private:
  UnseenAt unseen_at_;
  MarkedFileSystems marks_;
  InotifyFolders structure_, writes_;
  Changes held_;
  std::size_t additions_ = 0;
};

}  // namespace oc::agent
