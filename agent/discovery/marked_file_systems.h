// Whole file systems watched at once: one fanotify group with a mark a file system, however many folders there are and
// whatever fs.inotify.max_user_watches says. Marking takes CAP_SYS_ADMIN. `up` has it, and hands the group to the
// agent, which reads from it without.
//
// Events name a folder by its file handle. The known folders' handles are kept, so an event is one look into a table,
// and what happens elsewhere on the file system ends there. No handle is ever opened.
//
// Not asked for: writes. What everybody on the file system writes would be reported to us and paid for by the writer
// (docs/performance.md has the figures).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sys/types.h>

#include "agent/discovery/inotify_folders.h"
#include "agent/discovery/path_filter.h"
#include "base/files.h"
#include "base/result.h"

namespace oc::agent {

// A group with marks on the file systems that hold the folders of `filter`, and on those mounted below them. Empty
// where our rights or the kernel (before 5.9) do not allow it and where none can be marked; that is no error.
UniqueFd mark_file_systems(const PathFilter& filter);

std::set<dev_t> marked_devices(int group);  // as stat(2) numbers them

// The group that `up` handed over under this number; empty for -1. Error: there is no such.
Result<UniqueFd> take_over_marks(int fd);

// Used by one thread.
class MarkedFileSystems {
 public:
  explicit MarkedFileSystems(UniqueFd group = {});

  // False: this folder's file system is not marked, or is gone.
  bool add(const std::string& folder);
  void remove(const std::string& folder);
  bool contains(const std::string& folder) const { return by_folder_.contains(folder); }
  // Looks which file systems are still marked: unmounting one ends its mark. Its folders are forgotten.
  void refresh();
  std::size_t count() const { return devices_.size(); }
  // All events in known folders since the last call. True: the kernel's queue overflowed, some are lost.
  bool take(const OnFolderEvent& on_event);
  int fd() const { return group_.get(); }  // -1: nothing is marked

 private:
  struct Watched {
    dev_t device = 0;
    std::string handle;
  };
  void take_event(std::string_view records, const OnFolderEvent& on_event) const;

  UniqueFd group_;
  std::set<dev_t> devices_;
  std::unordered_map<std::string, Watched> by_folder_;
  std::unordered_map<std::string_view, const std::string*> by_handle_;  // both are by_folder_'s
};

}  // namespace oc::agent
