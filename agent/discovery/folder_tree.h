// What lies below the configured folders, as last listed. Every folder is watched first and listed then, so nothing
// that appears in between is missed. Links to folders are followed; a folder reached twice (a loop, a second link) is
// listed once. Used by one thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/discovery/file_stat.h"
#include "agent/discovery/folder_watches.h"
#include "agent/discovery/left_out.h"
#include "agent/discovery/path_filter.h"

namespace oc::agent {

struct SeenFile {
  std::string path;  // as reached
  std::string real;  // without links
  FileStat stat;
  std::optional<LeftOutFile> left_out;  // by name or kind; contents are judged elsewhere
};

class FolderTree {
 public:
  // `own_folder`: nothing below it is a log.
  FolderTree(PathFilter filter, std::string own_folder, FolderWatches watches = FolderWatches());

  // Asks for more, see PathFilter::want(); list_again() finds it.
  Status want(const std::string& folder, const std::string& pattern) { return filter_.want(folder, pattern); }
  void list_everything();
  // Lists these again, and what is new below them. Unknown ones are ignored.
  void list_again(const std::set<std::string>& folders);
  // Folders of whose changes the kernel does not tell: beyond its limits, or on a file system it does not see change.
  std::set<std::string> unwatched() const;

  void for_each_file(const std::function<void(const SeenFile&)>& visit) const;
  FolderWatches& watches() { return watches_; }
  // For people: folders that are missing, unreadable, or polled.
  std::vector<std::string> notes() const;

 private:
  struct Folder {
    std::string real;
    FileIdentity id;
    FolderWatches::Added watched = FolderWatches::Added::kFailed;
    std::string_view unseen;  // the file system's name, if that is why
    std::vector<SeenFile> files;
    std::set<std::string> children;
    std::set<std::string> link_targets;  // folders that hold files this one links to
  };

  void list(const std::string& path);
  bool enter(const std::string& path);
  bool reached_by_another_name(const FileIdentity& id, const std::string& path);
  void read_entries(const std::string& path, Folder& folder, std::set<std::string>& children);
  void look_at(const std::string& path, Folder& folder, std::set<std::string>& children);
  void watch(const std::string& path, Folder& folder);
  void watch_writes(const std::string& path, Folder& folder);
  void add_file(const std::string& path, Folder& folder, const FileStat& stat, bool is_link);
  void watch_link_target(const std::string& path, const std::string& real, Folder& folder);
  void forget(const std::string& path);
  void watch_parent_of_missing(const std::string& root);

  PathFilter filter_;
  std::string own_folder_;
  FolderWatches watches_;
  std::map<std::string, Folder> folders_;
  std::map<FileIdentity, std::string> by_identity_;
  std::map<std::string, std::set<std::string>> linked_from_;  // folder outside → folders that link into it
  std::map<std::string, std::string> problems_;               // folder → note
};

}  // namespace oc::agent
