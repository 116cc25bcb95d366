#include "base/files.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace oc {

namespace fs = std::filesystem;

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void UniqueFd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

std::unexpected<Error> errno_error(std::string_view call, const fs::path& path, int error_number) {
  auto message = fmt::format("{} {}: {}", call, path.string(), std::strerror(error_number));
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return retryable(std::move(message), "free disk space; it goes on by itself");
    case EFBIG:
      return retryable(std::move(message), "raise the limit of a file's size (ulimit -f)");
    case EMFILE:
    case ENFILE:
      return retryable(std::move(message), "raise the limit of open files (ulimit -n)");
    case EINTR:
    case EAGAIN:
    case EIO:
    case ENOMEM:
      return retryable(std::move(message));
    case EACCES:
    case EPERM:
    case EROFS:
      return permanent(std::move(message), "check the owner and mode, or run as a user who may");
    default:
      return permanent(std::move(message));
  }
}

Result<UniqueFd> open_file(const fs::path& path, int flags, unsigned mode) {
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd) return errno_error("open", path, errno);
  return fd;
}

namespace {

int call_openat2(int folder, const char* path, int flags, std::uint64_t resolve) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = resolve;
  return static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how));
}

int open_at_once(const char* path, int flags) { return call_openat2(AT_FDCWD, path, flags, RESOLVE_NO_SYMLINKS); }

// Kernels before 5.6 and some sandboxes do not have it.
bool has_openat2() {
  static const bool found = UniqueFd(open_at_once("/", O_PATH | O_CLOEXEC)).get() >= 0;
  return found;
}

int open_step_by_step(const fs::path& path, int flags) {
  UniqueFd folder(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (const auto& part : path.parent_path().relative_path()) {
    folder = UniqueFd(::openat(folder.get(), part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) return -1;
  }
  return ::openat(folder.get(), path.filename().c_str(), flags | O_NOFOLLOW);
}

}  // namespace

Result<UniqueFd> open_without_links(const fs::path& path, int flags) {
  flags |= O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  const auto open = [&] { return has_openat2() ? open_at_once(path.c_str(), flags) : open_step_by_step(path, flags); };
  UniqueFd fd(open());
  if (!fd && errno == EPERM && (flags & O_NOATIME) != 0) {
    flags &= ~O_NOATIME;
    fd = UniqueFd(open());
  }
  if (!fd) return errno_error("open", path, errno);
  return fd;
}

Result<std::string> path_in_root(const fs::path& root, const fs::path& path) {
  OC_TRY_ASSIGN(const auto folder, open_file(root, O_PATH | O_DIRECTORY));
  constexpr std::uint64_t kAsThere = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const UniqueFd found(call_openat2(folder.get(), path.relative_path().c_str(), O_PATH | O_CLOEXEC, kAsThere));
  if (!found) return errno_error("open", root / path.relative_path(), errno);
  std::error_code error;
  auto real = fs::read_symlink(fmt::format("/proc/self/fd/{}", found.get()), error).string();
  if (error || !real.starts_with(root.string())) return permanent(path.string() + " cannot be resolved");
  return real;
}

Result<std::string> read_file(const fs::path& path, std::size_t limit_bytes) {
  OC_TRY_ASSIGN(UniqueFd fd, open_file(path, O_RDONLY));
  std::string content;
  char buffer[64 * 1024];
  while (true) {
    const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno_error("read", path, errno);
    if (count == 0) return content;
    if (content.size() + count > limit_bytes)
      return permanent(fmt::format("read {}: larger than {} bytes", path.string(), limit_bytes));
    content.append(buffer, count);
  }
}

Status write_all(int fd, std::string_view bytes, const fs::path& path_for_errors) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno_error("write", path_for_errors, errno);
    bytes.remove_prefix(count);
  }
  return {};
}

Status sync_directory(const fs::path& path) {
  OC_TRY_ASSIGN(UniqueFd fd, open_file(path, O_RDONLY | O_DIRECTORY));
  if (::fsync(fd.get()) != 0) return errno_error("fsync", path, errno);
  return {};
}

namespace {

Status write_and_sync(const fs::path& path, std::string_view content, unsigned mode) {
  OC_TRY_ASSIGN(UniqueFd fd, open_file(path, O_WRONLY | O_CREAT | O_TRUNC, mode));
  if (::fchmod(fd.get(), mode) != 0) return errno_error("chmod", path, errno);
  OC_TRY(write_all(fd.get(), content, path));
  if (::fsync(fd.get()) != 0) return errno_error("fsync", path, errno);
  return {};
}

}  // namespace

Status write_file_atomic(const fs::path& path, std::string_view content, unsigned mode) {
  const fs::path temporary = fmt::format("{}.{}.tmp", path.string(), ::getpid());
  if (auto written = write_and_sync(temporary, content, mode); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return errno_error("rename", path, errno);
  return sync_directory(path.parent_path().empty() ? fs::path(".") : path.parent_path());
}

Status ensure_directory(const fs::path& path, unsigned mode) {
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0) {
    if (!S_ISDIR(info.st_mode)) return permanent(fmt::format("{} is not a folder", path.string()));
    if (::access(path.c_str(), W_OK | X_OK) != 0) return errno_error("write to", path, errno);
    return {};
  }
  if (path.has_parent_path() && !path.parent_path().empty() && !fs::exists(path.parent_path()))
    OC_TRY(ensure_directory(path.parent_path(), 0755));
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return errno_error("create folder", path, errno);
  return {};
}

Result<FileLock> FileLock::acquire(const fs::path& path) {
  OC_TRY_ASSIGN(UniqueFd fd, open_file(path, O_RDWR | O_CREAT, 0644));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return errno_error("lock", path, errno);
    char owner[32] = {};
    if (::pread(fd.get(), owner, sizeof owner - 1, 0) < 0) owner[0] = '\0';
    owner[std::strcspn(owner, "\n")] = '\0';
    return retryable(fmt::format("{} is held by process {}", path.string(), owner[0] ? owner : "unknown"));
  }
  // For whoever is refused. On a full disk it is not told, the lock holds all the same.
  const auto pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd.get(), 0) == 0) (void)write_all(fd.get(), pid, path);
  return FileLock(std::move(fd));
}

}  // namespace oc
