#include "agent/discovery/folder_watches.h"

#include <cerrno>
#include <utility>

#include <sys/inotify.h>

namespace oc::agent {
namespace {

constexpr std::uint32_t kStructureMask =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t kWritesMask = IN_MODIFY;
// Listing a large tree takes seconds, in which a busy file system would fill the kernel's queue (16,384 events): after
// this many folders, some milliseconds, it is emptied.
constexpr std::size_t kHoldEvery = 256;

FolderWatches::Added added(int error_number) {
  using enum FolderWatches::Added;
  if (error_number == 0) return kWatched;
  return error_number == ENOSPC || error_number == EMFILE ? kLimitReached : kFailed;
}

}  // namespace

FolderWatches::FolderWatches(UnseenAt unseen_at, UniqueFd marks)
    : unseen_at_(std::move(unseen_at)), marks_(std::move(marks)), structure_(kStructureMask), writes_(kWritesMask) {}

FolderWatches::Added FolderWatches::add(const std::string& folder) {
  if (++additions_ % kHoldEvery == 0) hold_changes();
  if (marks_.contains(folder) || structure_.contains(folder)) return Added::kWatched;
  if (unseen_at_(folder)) return Added::kUnseen;
  if (marks_.add(folder)) return Added::kWatched;
  return added(structure_.add(folder));
}

FolderWatches::Added FolderWatches::add_writes(const std::string& folder) { return added(writes_.add(folder)); }

void FolderWatches::remove(const std::string& folder) {
  marks_.remove(folder);
  structure_.remove(folder);
  writes_.remove(folder);
}

void FolderWatches::hold_changes() {
  const auto hold = [&](const std::string& folder, std::string_view) { held_.paths.insert(folder); };
  held_.overflowed |= marks_.take(hold);
  held_.overflowed |= structure_.take(hold);
}

FolderWatches::Changes FolderWatches::take_changed_folders() {
  hold_changes();
  return std::exchange(held_, {});
}

FolderWatches::Changes FolderWatches::take_written_files() {
  Changes out;
  out.overflowed = writes_.take([&](const std::string& folder, std::string_view name) {
    if (!name.empty()) out.paths.insert((folder == "/" ? "" : folder) + "/" + std::string(name));
  });
  return out;
}

}  // namespace oc::agent
