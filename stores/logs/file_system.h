// The files a store lives on, as an interface, so that tests can fill the disk, fail a sync, tear a write and lose what
// was not synced. Errors are those of base/files.h: a full disk or a failing device is retryable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::stores {

// Thread-safe; stays readable after the file was removed.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Fewer bytes than asked for only at the end of the file.
  virtual Result<std::string> read(std::uint64_t offset, std::size_t length) const = 0;
  virtual Result<std::uint64_t> size() const = 0;
};

// Bytes are durable after sync(). After a failed append or sync the bytes since the last sync are undefined until
// truncate() put the file back to a known length.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual Status append(std::span<const std::string_view> pieces) = 0;
  virtual Status sync() = 0;
  virtual Status truncate(std::uint64_t size) = 0;  // the next append goes there; durable after sync()
};

struct DiskSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;  // for unprivileged users
};

// Names of files become durable by sync_directory(). Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<ReadableFile>> open(const std::filesystem::path& path) = 0;
  virtual Result<std::unique_ptr<WritableFile>> create(const std::filesystem::path& path) = 0;  // empties an old one
  virtual Status truncate(const std::filesystem::path& path, std::uint64_t size) = 0;           // and syncs
  virtual Status rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  virtual Status remove(const std::filesystem::path& path) = 0;
  virtual Status sync_directory(const std::filesystem::path& path) = 0;
  virtual Result<std::vector<std::string>> list(const std::filesystem::path& directory) = 0;  // names, any order
  virtual Result<DiskSpace> space(const std::filesystem::path& path) = 0;
};

FileSystem& posix_file_system();

// A reader sees the old or the new content, whole, even after a crash.
Status replace_file(FileSystem& files, const std::filesystem::path& path, std::string_view content);

}  // namespace oc::stores
