// What the kernel says of a file, and the names a file goes by.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"

namespace oc::agent {

// The same bytes under whatever name. The birth time tells a new file from an old one whose inode it got; file systems
// without one report 0.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  Nanos birth_ns = 0;
  auto operator<=>(const FileIdentity&) const = default;
};

struct FileStat {
  enum class Kind { kRegular, kFolder, kLink, kOther };
  FileIdentity id;
  Kind kind = Kind::kOther;
  std::uint64_t size = 0;
  Nanos modified_ns = 0;
  Nanos changed_ns = 0;  // of the inode: permissions, owner, links
};

enum class FollowLinks { kNo, kYes };
Result<FileStat> stat_path(const std::string& path, FollowLinks follow);
Result<FileStat> stat_open_file(int fd);
// As open_without_links(), without touching the access time where that is allowed: `path` is a real one.
Result<UniqueFd> open_to_look_at(const std::string& path);
// The path without links; the error of realpath(3) otherwise.
Result<std::string> real_path(const std::string& path);

}  // namespace oc::agent
