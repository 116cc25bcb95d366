#include "agent/discovery/file_stat.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace oc::agent {
namespace {

Nanos nanos(const struct statx_timestamp& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

FileStat::Kind kind_of(unsigned mode) {
  if (S_ISREG(mode)) return FileStat::Kind::kRegular;
  if (S_ISDIR(mode)) return FileStat::Kind::kFolder;
  return S_ISLNK(mode) ? FileStat::Kind::kLink : FileStat::Kind::kOther;
}

Result<FileStat> call_statx(int fd, const char* path, int flags) {
  struct statx raw{};
  if (::statx(fd, path, flags, STATX_BASIC_STATS | STATX_BTIME, &raw) != 0) return errno_error("stat", path, errno);
  FileStat out;
  out.id.device = makedev(raw.stx_dev_major, raw.stx_dev_minor);
  out.id.inode = raw.stx_ino;
  if (raw.stx_mask & STATX_BTIME) out.id.birth_ns = nanos(raw.stx_btime);
  out.kind = kind_of(raw.stx_mode);
  out.size = raw.stx_size;
  out.modified_ns = nanos(raw.stx_mtime);
  out.changed_ns = nanos(raw.stx_ctime);
  return out;
}

}  // namespace

Result<FileStat> stat_path(const std::string& path, FollowLinks follow) {
  return call_statx(AT_FDCWD, path.c_str(), follow == FollowLinks::kYes ? 0 : AT_SYMLINK_NOFOLLOW);
}

Result<FileStat> stat_open_file(int fd) { return call_statx(fd, "", AT_EMPTY_PATH); }

Result<UniqueFd> open_to_look_at(const std::string& path) { return open_without_links(path, O_RDONLY | O_NOATIME); }

Result<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr), &std::free);
  if (!resolved) return errno_error("realpath", path, errno);
  return std::string(resolved.get());
}

}  // namespace oc::agent
