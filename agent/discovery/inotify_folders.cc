#include "agent/discovery/inotify_folders.h"

#include <array>
#include <cerrno>

#include <sys/inotify.h>
#include <unistd.h>

namespace oc::agent {
namespace {

// Holds some 2,000 events with short names.
constexpr std::size_t kInotifyReadBytes = 64 << 10;

}  // namespace

InotifyFolders::InotifyFolders(std::uint32_t mask)
    : mask_(mask | IN_ONLYDIR), fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

int InotifyFolders::add(const std::string& folder) {
  if (by_folder_.contains(folder)) return 0;
  if (!fd_) return EMFILE;
  const int watch = ::inotify_add_watch(fd_.get(), folder.c_str(), mask_);
  if (watch < 0) return errno;
  by_folder_[folder] = watch;
  by_watch_[watch] = folder;
  return 0;
}

void InotifyFolders::remove(const std::string& folder) {
  const auto found = by_folder_.find(folder);
  if (found == by_folder_.end()) return;
  const int watch = found->second;
  by_folder_.erase(found);
  // A renamed folder keeps its watch descriptor: it may belong to the new name already.
  if (const auto at = by_watch_.find(watch); at != by_watch_.end() && at->second == folder) {
    by_watch_.erase(at);
    ::inotify_rm_watch(fd_.get(), watch);
  }
}

bool InotifyFolders::take(const OnFolderEvent& on_event) {
  alignas(inotify_event) std::array<char, kInotifyReadBytes> buffer;
  bool overflowed = false;
  for (;;) {
    const auto got = fd_ ? ::read(fd_.get(), buffer.data(), buffer.size()) : -1;
    if (got <= 0) return overflowed;
    for (ssize_t at = 0; at < got;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += static_cast<ssize_t>(sizeof(*event) + event->len);
      if (event->mask & IN_Q_OVERFLOW) overflowed = true;
      const auto found = by_watch_.find(event->wd);
      if (found != by_watch_.end()) on_event(found->second, event->len > 0 ? event->name : "");
    }
  }
}

}  // namespace oc::agent
