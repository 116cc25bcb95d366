#include "agent/discovery/folder_watches.h"

#include <array>
#include <cerrno>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

namespace oc::agent {
namespace {

constexpr std::uint32_t kStructureMask =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr std::uint32_t kWritesMask = IN_MODIFY | IN_ONLYDIR;
// Holds some 2,000 events with short names.
constexpr std::size_t kReadBytes = 64 << 10;

}  // namespace

FolderWatches::FolderWatches(UnseenAt unseen_at)
    : unseen_at_(std::move(unseen_at)),
      structure_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      writes_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  // Half a pair is of no use; the folders are polled then.
  if (!structure_ || !writes_) structure_.reset(), writes_.reset();
}

FolderWatches::Added FolderWatches::add(const std::string& folder) {
  if (by_folder_.contains(folder)) return Added::kWatched;
  if (unseen_at_(folder)) return Added::kUnseen;
  if (!structure_) return Added::kLimitReached;
  Watch watch;
  watch.structure = ::inotify_add_watch(structure_.get(), folder.c_str(), kStructureMask);
  if (watch.structure < 0) return errno == ENOSPC ? Added::kLimitReached : Added::kFailed;
  watch.writes = ::inotify_add_watch(writes_.get(), folder.c_str(), kWritesMask);
  if (watch.writes < 0) {
    const bool limit = errno == ENOSPC;
    ::inotify_rm_watch(structure_.get(), watch.structure);
    return limit ? Added::kLimitReached : Added::kFailed;
  }
  by_folder_[folder] = watch;
  by_structure_[watch.structure] = folder;
  by_writes_[watch.writes] = folder;
  return Added::kWatched;
}

void FolderWatches::remove(const std::string& folder) {
  const auto found = by_folder_.find(folder);
  if (found == by_folder_.end()) return;
  const Watch watch = found->second;
  by_folder_.erase(found);
  // A renamed folder keeps its watch descriptor: it may belong to the new name already.
  if (const auto at = by_structure_.find(watch.structure); at != by_structure_.end() && at->second == folder) {
    by_structure_.erase(at);
    ::inotify_rm_watch(structure_.get(), watch.structure);
  }
  if (const auto at = by_writes_.find(watch.writes); at != by_writes_.end() && at->second == folder) {
    by_writes_.erase(at);
    ::inotify_rm_watch(writes_.get(), watch.writes);
  }
}

// Returns whether the kernel's queue overflowed.
template <typename OnEvent>
bool FolderWatches::drain(int fd, OnEvent on_event) {
  alignas(struct inotify_event) std::array<char, kReadBytes> buffer;
  bool overflowed = false;
  for (;;) {
    const auto got = fd < 0 ? -1 : ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) return overflowed;
    for (ssize_t at = 0; at < got;) {
      const auto* event = reinterpret_cast<const struct inotify_event*>(buffer.data() + at);
      at += static_cast<ssize_t>(sizeof(*event) + event->len);
      if (event->mask & IN_Q_OVERFLOW) {
        overflowed = true;
      } else {
        on_event(*event);
      }
    }
  }
}

FolderWatches::Changes FolderWatches::take_changed_folders() {
  Changes out;
  out.overflowed = drain(structure_.get(), [&](const inotify_event& event) {
    const auto found = by_structure_.find(event.wd);
    if (found != by_structure_.end()) out.paths.insert(found->second);
  });
  return out;
}

FolderWatches::Changes FolderWatches::take_written_files() {
  Changes out;
  out.overflowed = drain(writes_.get(), [&](const inotify_event& event) {
    const auto found = by_writes_.find(event.wd);
    if (found == by_writes_.end() || event.len == 0) return;
    out.paths.insert((found->second == "/" ? "" : found->second) + "/" + event.name);
  });
  return out;
}

}  // namespace oc::agent
