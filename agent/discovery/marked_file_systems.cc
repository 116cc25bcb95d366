#include "agent/discovery/marked_file_systems.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace oc::agent {
namespace {

// Holds some 500 events with short names.
constexpr std::size_t kFanotifyReadBytes = 64 << 10;

// A folder as events name it (fanotify_event_info_fid in fanotify(7)): the id of the file system, then the handle.
using FileSystemId = decltype(std::declval<struct statfs>().f_fsid);
constexpr std::size_t kHandleHead = sizeof(FileSystemId) + sizeof(file_handle);

std::optional<std::string> handle_of(const std::string& folder) {
  struct statfs info{};
  if (::statfs(folder.c_str(), &info) != 0) return std::nullopt;
  alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> buffer{};
  auto* handle = reinterpret_cast<file_handle*>(buffer.data());
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount_id = 0;
  if (::name_to_handle_at(AT_FDCWD, folder.c_str(), handle, &mount_id, AT_SYMLINK_FOLLOW) != 0) return std::nullopt;
  std::string name(sizeof info.f_fsid, '\0');
  std::memcpy(name.data(), &info.f_fsid, sizeof info.f_fsid);
  return name.append(buffer.data(), sizeof(file_handle) + handle->handle_bytes);
}

// The kernel's own form of a device number, as fdinfo shows it: 12 bits and 20 (MINORBITS in linux/kdev_t.h).
dev_t device_of(std::uint32_t number) { return makedev(number >> 20U, number & 0xfffffU); }

}  // namespace

// proc_pid_fdinfo(5): "fanotify sdev:800013 mflags:0 mask:3b ignored_mask:40000000" for a mark.
std::set<dev_t> marked_devices(int group) {
  constexpr std::string_view kLine = "fanotify sdev:";
  std::set<dev_t> devices;
  const auto info = read_file(fmt::format("/proc/self/fdinfo/{}", group));
  const std::string_view text = info ? std::string_view(*info) : "";
  for (auto at = text.find(kLine); at != std::string_view::npos; at = text.find(kLine, at)) {
    at += kLine.size();
    std::uint32_t number = 0;
    if (std::from_chars(text.data() + at, text.data() + text.size(), number, 16).ec == std::errc())
      devices.insert(device_of(number));
  }
  return devices;
}

Result<UniqueFd> take_over_marks(int fd) {
  if (fd < 0) return UniqueFd();
  std::error_code error;
  const auto what = std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", fd), error);
  if (error || what != "anon_inode:[fanotify]")
    return permanent(fmt::format("descriptor {} is no fanotify group", fd),
                     "leave --file-system-events to 'onecollector up'");
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return UniqueFd(fd);
}

MarkedFileSystems::MarkedFileSystems(UniqueFd group) : group_(std::move(group)) { refresh(); }

bool MarkedFileSystems::add(const std::string& folder) {
  if (devices_.empty()) return false;
  if (by_folder_.contains(folder)) return true;
  struct stat info{};
  if (::stat(folder.c_str(), &info) != 0 || !devices_.contains(info.st_dev)) return false;
  auto handle = handle_of(folder);
  if (!handle) return false;
  const auto& [name, watched] = *by_folder_.insert({folder, {info.st_dev, *std::move(handle)}}).first;
  by_handle_.erase(watched.handle);  // of a folder that was renamed, by its old name
  by_handle_.insert({watched.handle, &name});
  return true;
}

void MarkedFileSystems::remove(const std::string& folder) {
  const auto found = by_folder_.find(folder);
  if (found == by_folder_.end()) return;
  // A renamed folder keeps its handle: it may belong to the new name already.
  if (const auto at = by_handle_.find(found->second.handle); at != by_handle_.end() && at->second == &found->first)
    by_handle_.erase(at);
  by_folder_.erase(found);
}

void MarkedFileSystems::refresh() {
  if (!group_) return;
  const auto before = std::exchange(devices_, marked_devices(group_.get()));
  if (before == devices_) return;
  std::set<std::string> gone;
  for (const auto& [folder, watched] : by_folder_)
    if (!devices_.contains(watched.device)) gone.insert(folder);
  for (const auto& folder : gone) remove(folder);
}

bool MarkedFileSystems::take(const OnFolderEvent& on_event) {
  std::array<char, kFanotifyReadBytes> buffer;
  bool overflowed = false;
  for (;;) {
    const auto got = group_ ? ::read(group_.get(), buffer.data(), buffer.size()) : -1;
    if (got <= 0) return overflowed;
    std::string_view rest(buffer.data(), static_cast<std::size_t>(got));
    while (rest.size() >= sizeof(fanotify_event_metadata)) {
      fanotify_event_metadata event;
      std::memcpy(&event, rest.data(), sizeof event);  // they are aligned to four bytes only
      if ((event.mask & FAN_Q_OVERFLOW) != 0) overflowed = true;
      take_event(rest.substr(event.metadata_len, event.event_len - event.metadata_len), on_event);
      rest.remove_prefix(event.event_len);
    }
  }
}

void MarkedFileSystems::take_event(std::string_view records, const OnFolderEvent& on_event) const {
  fanotify_event_info_header header;
  while (records.size() >= sizeof header) {
    std::memcpy(&header, records.data(), sizeof header);
    if (header.len < sizeof header || header.len > records.size()) return;
    const auto record = records.substr(sizeof header, header.len - sizeof header);
    records.remove_prefix(header.len);
    if (header.info_type != FAN_EVENT_INFO_TYPE_DFID_NAME || record.size() < kHandleHead) continue;
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, record.data() + sizeof(FileSystemId) + offsetof(file_handle, handle_bytes), sizeof bytes);
    const auto found = by_handle_.find(record.substr(0, kHandleHead + bytes));
    if (found == by_handle_.end()) continue;
    const std::string_view name = record.data() + kHandleHead + bytes;  // ends with a zero byte
    on_event(*found->second, name == "." ? "" : name);
  }
}

}  // namespace oc::agent
