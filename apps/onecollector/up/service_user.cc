#include "apps/onecollector/up/service_user.h"

#include <cerrno>
#include <set>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

namespace oc::apps {

namespace fs = std::filesystem;

namespace {

constexpr const char* kUserName = "onecollector";
// From the range that systemd hands out to services without a user (61184-65519), so that no package's user has it.
constexpr uid_t kUidWithoutUser = 61'337;

uid_t service_uid() {
  const passwd* entry = ::getpwnam(kUserName);
  return entry != nullptr ? entry->pw_uid : kUidWithoutUser;
}

bool may_pass(const fs::path& folder, uid_t uid) {
  struct stat info{};
  if (::stat(folder.c_str(), &info) != 0) return true;  // made later, by us
  return (info.st_mode & S_IXOTH) != 0 || (info.st_uid == uid && (info.st_mode & S_IXUSR) != 0);
}

// The first folder above `path` that this uid may not pass through; empty if there is none.
fs::path closed_folder_above(const fs::path& path, uid_t uid) {
  fs::path folder;
  for (const auto& part : fs::absolute(path).lexically_normal().parent_path()) {
    folder /= part;
    if (!may_pass(folder, uid)) return folder;
  }
  return {};
}

}  // namespace

ServiceUser choose_service_user(const fs::path& data_directory, const fs::path& program) {
  if (::geteuid() != 0) return {};
  const uid_t uid = service_uid();
  for (const auto& path : {data_directory, program}) {
    if (const auto closed = closed_folder_above(path, uid); !closed.empty())
      return {std::nullopt, fmt::format("everything runs as root: {} is closed to other users", closed.string())};
  }
  return {uid, {}};
}

std::vector<gid_t> engine_groups(const std::vector<std::string>& sockets) {
  std::set<gid_t> groups;
  for (const auto& socket : sockets) {
    struct stat info{};
    const group* docker = nullptr;
    if (::stat(socket.c_str(), &info) == 0) {
      const bool open = (info.st_mode & S_IWGRP) != 0;  // it may become so, but for root's group that is reason enough
      if (open || info.st_gid != 0) groups.insert(info.st_gid);
    } else if (docker = ::getgrnam("docker"); docker != nullptr) {
      groups.insert(docker->gr_gid);
    }
  }
  return {groups.begin(), groups.end()};
}

Status give_to(const ServiceUser& user, const fs::path& data_directory) {
  if (!user.uid) return {};
  struct stat info{};
  if (::stat(data_directory.c_str(), &info) == 0 && info.st_uid == *user.uid) return {};
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(data_directory, error))
    if (::lchown(entry.path().c_str(), *user.uid, *user.uid) != 0) return errno_error("chown", entry.path(), errno);
  if (::chown(data_directory.c_str(), *user.uid, *user.uid) != 0) return errno_error("chown", data_directory, errno);
  return {};
}

}  // namespace oc::apps
