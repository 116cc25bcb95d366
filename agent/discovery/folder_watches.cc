#include "agent/discovery/folder_watches.h"

#include <cerrno>
#include <utility>

#include <sys/inotify.h>

namespace oc::agent {
namespace {

constexpr std::uint32_t kStructureMask =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t kWritesMask = IN_MODIFY;

FolderWatches::Added added(int error_number) {
  using enum FolderWatches::Added;
  if (error_number == 0) return kWatched;
  return error_number == ENOSPC || error_number == EMFILE ? kLimitReached : kFailed;
}

}  // namespace

FolderWatches::FolderWatches(UnseenAt unseen_at)
    : unseen_at_(std::move(unseen_at)), structure_(kStructureMask), writes_(kWritesMask) {}

FolderWatches::Added FolderWatches::add(const std::string& folder) {
  if (structure_.contains(folder)) return Added::kWatched;
  if (unseen_at_(folder)) return Added::kUnseen;
  return added(structure_.add(folder));
}

FolderWatches::Added FolderWatches::add_writes(const std::string& folder) { return added(writes_.add(folder)); }

void FolderWatches::remove(const std::string& folder) {
  structure_.remove(folder);
  writes_.remove(folder);
}

FolderWatches::Changes FolderWatches::take_changed_folders() {
  Changes out;
  out.overflowed = structure_.take([&](const std::string& folder, std::string_view) { out.paths.insert(folder); });
  return out;
}

FolderWatches::Changes FolderWatches::take_written_files() {
  Changes out;
  out.overflowed = writes_.take([&](const std::string& folder, std::string_view name) {
    if (!name.empty()) out.paths.insert((folder == "/" ? "" : folder) + "/" + std::string(name));
  });
  return out;
}

}  // namespace oc::agent
