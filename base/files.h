// Files and descriptors. Errors carry the path and errno's text; ENOSPC, EMFILE, EIO and the like are retryable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace oc {

// Owns a file descriptor; -1 is empty.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

// The Error for the errno of a failed call: "open /x: Permission denied", with a next step where one is known.
std::unexpected<Error> errno_error(std::string_view call, const std::filesystem::path& path, int error_number);

Result<UniqueFd> open_file(const std::filesystem::path& path, int flags, unsigned mode = 0644);
// For reading, never blocking on a fifo, and only if no part of the path is a symbolic link: where others may write, a
// link made between two looks would lead to files of their choice. `path` is absolute. O_NOATIME, which is refused for
// files of others, is done without there.
Result<UniqueFd> open_without_links(const std::filesystem::path& path, int flags);
// The path of what is at `path` for whoever has the folder `root` as /: links resolved as they would be there. Begins
// with `root`, which is a real path. Errors: nothing is there; a kernel before 5.6.
Result<std::string> path_in_root(const std::filesystem::path& root, const std::filesystem::path& path);
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit_bytes = 64 << 20);
// Writes a temporary file beside it, fsyncs, renames, fsyncs the folder: a reader sees the old or the new, whole.
Status write_file_atomic(const std::filesystem::path& path, std::string_view content, unsigned mode = 0644);
// Creates missing parents; an existing folder keeps its mode. Fails if it cannot be written to.
Status ensure_directory(const std::filesystem::path& path, unsigned mode = 0755);
Status write_all(int fd, std::string_view bytes, const std::filesystem::path& path_for_errors);
Status sync_directory(const std::filesystem::path& path);

// An exclusive flock on a file that holds the owner's pid as text; freed when the process dies, however it dies.
class FileLock {
 public:
  // Held elsewhere → a retryable error that names the owner's pid.
  static Result<FileLock> acquire(const std::filesystem::path& path);

 private:
  explicit FileLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace oc
