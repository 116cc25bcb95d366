// The part of marked_file_systems.h that `up` does, with its rights.
#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/stat.h>

#include "agent/discovery/marked_file_systems.h"
#include "base/file_system.h"
#include "base/log.h"

namespace oc::agent {
namespace {

constexpr std::uint64_t kMarkMask =
    FAN_CREATE | FAN_DELETE | FAN_MOVED_FROM | FAN_MOVED_TO | FAN_ATTRIB | FAN_DELETE_SELF | FAN_MOVE_SELF | FAN_ONDIR;
// More than hosts have disks. What is mounted by the hundred below a root, containers' layers say, is left to inotify:
// each further mark brings the news of a file system of which little is searched.
constexpr std::size_t kMaxMarks = 32;

// Mount points are written with \040 for a blank, \011, \012 and \134 (proc_pid_mountinfo(5)).
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 3 < text.size()) {
      out += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
      at += 3;
    } else {
      out += text[at];
    }
  }
  return out;
}

struct Mount {
  std::string point, type;
};

std::vector<Mount> mounts() {
  std::vector<Mount> found;
  std::ifstream table("/proc/self/mountinfo");
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, root, point, option;
    if (!(fields >> id >> parent >> device >> root >> point)) continue;
    while (fields >> option && option != "-") continue;  // as many as there are
    std::string type;
    if (fields >> type) found.push_back({unescape(point), std::move(type)});
  }
  return found;
}

// A network file system may not answer, and an automount point is mounted by looking at it: `up` looks at neither.
bool may_be_looked_at(const Mount& mount) { return mount.type != "autofs" && !changes_unseen_on(mount.type); }

bool lies_on_one_to_look_at(const std::string& folder, const std::vector<Mount>& mounts) {
  const Mount* holder = nullptr;
  for (const auto& mount : mounts)  // of two at one point the later one is on top
    if (is_below(folder, mount.point) && (holder == nullptr || mount.point.size() >= holder->point.size()))
      holder = &mount;
  return holder == nullptr || may_be_looked_at(*holder);
}

// Where the searched file systems are reached.
std::vector<std::string> places(const PathFilter& filter) {
  const auto all = mounts();
  std::vector<std::string> places;
  for (const auto& folder : filter.folders())
    if (lies_on_one_to_look_at(folder, all)) places.push_back(folder);
  for (const auto& mount : all) {
    const auto holds = [&](const std::string& folder) { return is_below(mount.point, folder); };
    const bool searched = std::ranges::any_of(filter.folders(), holds) && filter.wants_folder(mount.point);
    if (searched && may_be_looked_at(mount)) places.push_back(mount.point);
  }
  return places;
}

// A file system whose folders have other device numbers than itself (btrfs' subvolumes) cannot be told from its events
// and stays with inotify.
void mark(int group, const std::string& place) {
  struct stat info{};
  if (changes_unseen_at(place) || ::stat(place.c_str(), &info) != 0 || marked_devices(group).contains(info.st_dev))
    return;
  constexpr unsigned kWhole = FAN_MARK_FILESYSTEM;
  if (::fanotify_mark(group, FAN_MARK_ADD | kWhole, kMarkMask, AT_FDCWD, place.c_str()) != 0) {
    log::debug("the file system of {} is left to inotify: {}", place, ::strerror(errno));
  } else if (!marked_devices(group).contains(info.st_dev)) {
    ::fanotify_mark(group, FAN_MARK_REMOVE | kWhole, kMarkMask, AT_FDCWD, place.c_str());
  }
}

}  // namespace

UniqueFd mark_file_systems(const PathFilter& filter) {
  constexpr unsigned kGroup = FAN_CLASS_NOTIF | FAN_REPORT_DFID_NAME | FAN_NONBLOCK | FAN_CLOEXEC;
  UniqueFd group(::fanotify_init(kGroup, O_RDONLY));
  if (!group) return {};
  for (const auto& place : places(filter)) {
    if (marked_devices(group.get()).size() >= kMaxMarks) {
      log::info("{} file systems are watched by fanotify, all other folders by inotify", kMaxMarks);
      break;
    }
    mark(group.get(), place);
  }
  return marked_devices(group.get()).empty() ? UniqueFd() : std::move(group);
}

}  // namespace oc::agent
