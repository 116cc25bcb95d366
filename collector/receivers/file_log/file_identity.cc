#include "collector/receivers/file_log/file_identity.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <xxhash.h>

namespace oc::collector {

namespace {

std::optional<FileStatus> from_statx(int directory, const char* path, int flags) {
  struct statx info{};
  constexpr unsigned kWanted = STATX_TYPE | STATX_INO | STATX_SIZE | STATX_BTIME | STATX_NLINK | STATX_MTIME;
  if (::statx(directory, path, flags | AT_STATX_SYNC_AS_STAT, kWanted, &info) != 0) return std::nullopt;
  const auto nanoseconds = [](const statx_timestamp& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; };
  FileStatus status;
  status.key = {makedev(info.stx_dev_major, info.stx_dev_minor), info.stx_ino,
                info.stx_mask & STATX_BTIME ? nanoseconds(info.stx_btime) : 0};
  status.size = info.stx_size;
  status.regular = S_ISREG(info.stx_mode);
  status.deleted = info.stx_nlink == 0;
  status.modified_ns = nanoseconds(info.stx_mtime);
  return status;
}

// Exactly `count` bytes, or nothing.
std::optional<std::string> read_exactly(int fd, std::uint64_t offset, std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const auto got = ::pread(fd, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
    if (got <= 0) return std::nullopt;
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

std::optional<FileStatus> status_of_path(const std::string& path) { return from_statx(AT_FDCWD, path.c_str(), 0); }
std::optional<FileStatus> status_of_entry(const std::string& path) {
  return from_statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW);
}

std::optional<FileStatus> status_of_descriptor(int fd) { return from_statx(fd, "", AT_EMPTY_PATH); }

std::optional<Fingerprint> fingerprint(int fd, std::uint32_t limit) {
  const auto status = status_of_descriptor(fd);
  if (!status) return std::nullopt;
  const auto bytes = read_exactly(fd, 0, std::min<std::uint64_t>(limit, status->size));
  if (!bytes) return std::nullopt;
  return Fingerprint{static_cast<std::uint32_t>(bytes->size()), content_hash(*bytes)};
}

bool has_fingerprint(int fd, const Fingerprint& expected) {
  const auto bytes = read_exactly(fd, 0, expected.bytes);
  return bytes && content_hash(*bytes) == expected.hash;
}

std::uint64_t content_hash(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

bool has_tail(int fd, std::uint64_t offset, std::uint64_t expected_hash) {
  const std::uint64_t count = std::min(offset, kTailBytes);
  const auto bytes = read_exactly(fd, offset - count, count);
  return bytes && content_hash(*bytes) == expected_hash;
}

}  // namespace oc::collector
