#include "agent/discovery/folder_tree.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fmt/format.h>

namespace oc::agent {
namespace {

// Deeper than any log tree; it ends runs into trees that grow while they are walked.
constexpr std::size_t kMaxDepth = 64;

std::string join(const std::string& folder, std::string_view name) {
  return (folder == "/" ? "" : folder) + "/" + std::string(name);
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::size_t depth_of(const std::string& path) { return static_cast<std::size_t>(std::ranges::count(path, '/')); }

}  // namespace

FolderTree::FolderTree(PathFilter filter, std::string own_folder, FolderWatches watches)
    : filter_(std::move(filter)), own_folder_(std::move(own_folder)), watches_(std::move(watches)) {}

void FolderTree::list_everything() {
  watches_.refresh_marks();
  for (const auto& root : filter_.folders()) list(root);
  std::set<std::string> known;
  for (const auto& [path, folder] : folders_) known.insert(path);
  for (const auto& path : known)
    if (folders_.contains(path)) list(path);
}

void FolderTree::list_again(const std::set<std::string>& folders) {
  for (const auto& path : folders) {
    if (folders_.contains(path)) list(path);
    if (const auto found = linked_from_.find(path); found != linked_from_.end())
      for (const auto& linking : std::set(found->second)) list(linking);
  }
  // A root that did not exist may have come with any change of its parents.
  for (const auto& root : filter_.folders())
    if (!folders_.contains(root)) list(root);
}

std::set<std::string> FolderTree::unwatched() const {
  std::set<std::string> out;
  for (const auto& [path, folder] : folders_)
    if (folder.watched != FolderWatches::Added::kWatched) out.insert(path);
  return out;
}

void FolderTree::for_each_file(const std::function<void(const SeenFile&)>& visit) const {
  for (const auto& [path, folder] : folders_)
    for (const auto& file : folder.files) visit(file);
}

std::vector<std::string> FolderTree::notes() const {
  std::vector<std::string> out;
  for (const auto& [path, note] : problems_) out.push_back(note);
  if (const auto marked = watches_.marked_file_systems(); marked > 0)
    out.push_back(fmt::format("folders on {} file system{} are watched by fanotify, whatever their number", marked,
                              marked == 1 ? "" : "s"));
  std::size_t beyond_limit = 0;
  std::map<std::string_view, std::size_t> unseen;
  for (const auto& [path, folder] : folders_) {
    if (folder.watched == FolderWatches::Added::kLimitReached) ++beyond_limit;
    if (folder.watched == FolderWatches::Added::kUnseen) ++unseen[folder.unseen];
  }
  if (beyond_limit > 0)
    out.push_back(
        fmt::format("{} folders are polled: the kernel's inotify limit is reached (raise "
                    "fs.inotify.max_user_watches)",
                    beyond_limit));
  for (const auto& [type, count] : unseen)
    out.push_back(fmt::format("{} {} polled: inotify does not report changes on {}", count,
                              count == 1 ? "folder is" : "folders are", type));
  return out;
}

// Walks with its own stack: the depth of a tree is the user's, not ours.
void FolderTree::list(const std::string& top) {
  std::vector<std::string> pending{top};
  while (!pending.empty()) {
    const std::string path = std::move(pending.back());
    pending.pop_back();
    if (!enter(path)) continue;
    Folder& folder = folders_[path];
    std::set<std::string> children;
    read_entries(path, folder, children);
    std::vector<std::string> gone;
    std::ranges::set_difference(folder.children, children, std::back_inserter(gone));
    folder.children = children;
    for (const auto& child : gone) forget(child);
    for (const auto& child : children)
      if (!folders_.contains(child)) pending.push_back(child);
  }
}

// Makes the folder known and watched. False: it is not, or no longer, there to be listed.
bool FolderTree::enter(const std::string& path) {
  const auto stat = stat_path(path, FollowLinks::kYes);
  const auto real = real_path(path);
  if (!stat || !real || stat->kind != FileStat::Kind::kFolder) {
    forget(path);
    if (std::ranges::find(filter_.folders(), path) != filter_.folders().end()) watch_parent_of_missing(path);
    return false;
  }
  if (is_below(*real, own_folder_) || !filter_.wants_folder(path) || depth_of(path) > kMaxDepth) return false;
  if (const auto known = folders_.find(path); known != folders_.end() && known->second.id != stat->id) forget(path);
  if (reached_by_another_name(stat->id, path)) return false;
  Folder& folder = folders_[path];
  folder.id = stat->id;
  folder.real = *real;
  by_identity_[stat->id] = path;
  watch(path, folder);
  problems_.erase(path);
  return true;
}

void FolderTree::watch(const std::string& path, Folder& folder) {
  folder.watched = watches_.add(path);
  folder.unseen = folder.watched == FolderWatches::Added::kUnseen ? watches_.unseen_at(path).value_or("") : "";
}

// A folder whose writes are beyond the kernel's limit is polled like one that is beyond it altogether.
void FolderTree::watch_writes(const std::string& path, Folder& folder) {
  if (folder.watched == FolderWatches::Added::kWatched) folder.watched = watches_.add_writes(path);
}

bool FolderTree::reached_by_another_name(const FileIdentity& id, const std::string& path) {
  const auto found = by_identity_.find(id);
  if (found == by_identity_.end() || found->second == path) return false;
  const std::string other = found->second;
  const auto still = stat_path(other, FollowLinks::kYes);
  if (still && still->id == id) return true;
  forget(other);  // it was renamed; its parent's event has yet to come
  return false;
}

void FolderTree::read_entries(const std::string& path, Folder& folder, std::set<std::string>& children) {
  folder.files.clear();
  const std::unique_ptr<DIR, decltype(&::closedir)> listing(::opendir(path.c_str()), &::closedir);
  if (!listing) {
    problems_[path] = fmt::format("{} cannot be listed: {}", path, errno_error("opendir", path, errno).error().text());
    return;
  }
  while (const auto* entry = ::readdir(listing.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string entry_path = join(path, name);
    // Where the listing itself tells the kind, only wanted files cost a look at their inode: of a million, a few.
    if (entry->d_type == DT_DIR) {
      children.insert(entry_path);
    } else if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN || filter_.wants_file(entry_path)) {
      look_at(entry_path, folder, children);
    }
  }
}

void FolderTree::look_at(const std::string& path, Folder& folder, std::set<std::string>& children) {
  if (filter_.wants_file(path)) watch_writes(parent_of(path), folder);
  auto stat = stat_path(path, FollowLinks::kNo);
  if (!stat) return;  // gone since it was listed
  const bool is_link = stat->kind == FileStat::Kind::kLink;
  if (is_link) {
    auto target = stat_path(path, FollowLinks::kYes);
    if (target) {
      stat = std::move(target);
    } else if (filter_.wants_file(path)) {
      folder.files.push_back({path, path, *stat, LeftOutFile{LeftOut::kBrokenLink, {}}});
      return;
    }
  }
  if (stat->kind == FileStat::Kind::kFolder) {
    children.insert(path);
  } else if (filter_.wants_file(path)) {
    add_file(path, folder, *stat, is_link);
  }
}

void FolderTree::add_file(const std::string& path, Folder& folder, const FileStat& stat, bool is_link) {
  SeenFile file{path, join(folder.real, path.substr(path.rfind('/') + 1)), stat, {}};
  if (is_link) {
    auto real = real_path(path);
    if (!real) return;
    file.real = *std::move(real);
    watch_link_target(path, file.real, folder);
  }
  if (stat.kind != FileStat::Kind::kRegular) {
    file.left_out = LeftOutFile{LeftOut::kNotRegular, {}};
  } else if (is_below(file.real, own_folder_)) {
    file.left_out = LeftOutFile{LeftOut::kOwn, {}};
  } else {
    file.left_out = left_out_by_name(file.real);
  }
  folder.files.push_back(std::move(file));
}

// Writes to a linked file are reported for the folder that holds it; if they are not, the folder of the link is polled.
void FolderTree::watch_link_target(const std::string& path, const std::string& real, Folder& folder) {
  const std::string holder = parent_of(real);
  if (is_below(real, own_folder_)) return;
  if (const auto known = folders_.find(holder); known != folders_.end()) return watch_writes(holder, known->second);
  const auto watched = watches_.add(holder);
  if (watched == FolderWatches::Added::kUnseen) {
    folder.watched = FolderWatches::Added::kUnseen;
    folder.unseen = watches_.unseen_at(holder).value_or("");
    return;
  }
  if (watched != FolderWatches::Added::kWatched) return;
  if (watches_.add_writes(holder) != FolderWatches::Added::kWatched) return;
  linked_from_[holder].insert(parent_of(path));
  folder.link_targets.insert(holder);
}

void FolderTree::forget(const std::string& top) {
  std::vector<std::string> pending{top};
  while (!pending.empty()) {
    const std::string path = std::move(pending.back());
    pending.pop_back();
    const auto found = folders_.find(path);
    if (found == folders_.end()) continue;
    pending.insert(pending.end(), found->second.children.begin(), found->second.children.end());
    for (const auto& holder : found->second.link_targets) {
      linked_from_[holder].erase(path);
      if (!linked_from_[holder].empty()) continue;
      linked_from_.erase(holder);
      if (!folders_.contains(holder)) watches_.remove(holder);
    }
    if (const auto at = by_identity_.find(found->second.id); at != by_identity_.end() && at->second == path)
      by_identity_.erase(at);
    watches_.remove(path);
    problems_.erase(path);
    folders_.erase(found);
  }
}

void FolderTree::watch_parent_of_missing(const std::string& root) {
  problems_[root] = fmt::format("{} does not exist: it is searched as soon as it appears", root);
  for (std::string parent = parent_of(root);; parent = parent_of(parent)) {
    if (watches_.add(parent) == FolderWatches::Added::kWatched || parent == "/") return;
  }
}

}  // namespace oc::agent
