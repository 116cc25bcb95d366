// What makes a file the same file: where it lies on disk, and what its first bytes are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::collector {

// Inode numbers are used again as soon as a file is gone; the time of birth, where the file system keeps it, tells the
// two apart.
struct FileKey {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t birth_ns = 0;  // 0: unknown
  bool operator==(const FileKey&) const = default;
};
struct FileKeyHash {
  std::size_t operator()(const FileKey& key) const {
    return key.inode * 0x9E3779B97F4A7C15u ^ key.device ^ key.birth_ns;
  }
};

struct FileStatus {
  FileKey key;
  std::uint64_t size = 0;
  bool regular = false;
  bool deleted = false;  // no name leads to it any more
  std::int64_t modified_ns = 0;
};
// Follows symbolic links. nullopt: there is nothing (to see) at this path.
std::optional<FileStatus> status_of_path(const std::string& path);
std::optional<FileStatus> status_of_entry(const std::string& path);  // of a link itself
std::optional<FileStatus> status_of_descriptor(int fd);

// A hash of the first `bytes` bytes; grows with the file up to the configured size. It only compares prefixes: a file
// that goes on after the same bytes still matches.
struct Fingerprint {
  std::uint32_t bytes = 0;
  std::uint64_t hash = 0;
  bool operator==(const Fingerprint&) const = default;
};
// Of the first min(`limit`, size) bytes; nullopt if they cannot be read.
std::optional<Fingerprint> fingerprint(int fd, std::uint32_t limit);
bool has_fingerprint(int fd, const Fingerprint& expected);

// A hash of the (at most kTailBytes) bytes in front of an offset: whether what was read is still there.
inline constexpr std::uint64_t kTailBytes = 64;
std::uint64_t content_hash(std::string_view bytes);
bool has_tail(int fd, std::uint64_t offset, std::uint64_t expected_hash);

}  // namespace oc::collector
