#include "stores/logs/file_system.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/files.h"

namespace oc::stores {

namespace fs = std::filesystem;

namespace {

class PosixReadableFile final : public ReadableFile {
 public:
  PosixReadableFile(UniqueFd fd, fs::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<std::string> read(std::uint64_t offset, std::size_t length) const override {
    std::string bytes(length, '\0');
    std::size_t filled = 0;
    while (filled < length) {
      const ssize_t count = ::pread(fd_.get(), bytes.data() + filled, length - filled, offset + filled);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno_error("read", path_, errno);
      if (count == 0) break;
      filled += count;
    }
    bytes.resize(filled);
    return bytes;
  }

  Result<std::uint64_t> size() const override {
    struct stat info{};
    if (::fstat(fd_.get(), &info) != 0) return errno_error("stat", path_, errno);
    return info.st_size;
  }

 private:
  UniqueFd fd_;
  fs::path path_;
};

class PosixWritableFile final : public WritableFile {
 public:
  PosixWritableFile(UniqueFd fd, fs::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Status append(std::span<const std::string_view> pieces) override {
    for (const std::string_view piece : pieces) OC_TRY(write_all(fd_.get(), piece, path_));
    return {};
  }
  Status sync() override {
    if (::fdatasync(fd_.get()) != 0) return errno_error("fdatasync", path_, errno);
    return {};
  }
  Status truncate(std::uint64_t size) override {
    if (::ftruncate(fd_.get(), size) != 0) return errno_error("truncate", path_, errno);
    return {};
  }

 private:
  UniqueFd fd_;
  fs::path path_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<ReadableFile>> open(const fs::path& path) override {
    OC_TRY_ASSIGN(UniqueFd fd, open_file(path, O_RDONLY));
    return std::make_unique<PosixReadableFile>(std::move(fd), path);
  }
  Result<std::unique_ptr<WritableFile>> create(const fs::path& path) override {
    // O_APPEND: after truncate() the next write lands at the new end.
    OC_TRY_ASSIGN(UniqueFd fd, open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600));
    return std::make_unique<PosixWritableFile>(std::move(fd), path);
  }
  Status truncate(const fs::path& path, std::uint64_t size) override {
    OC_TRY_ASSIGN(UniqueFd fd, open_file(path, O_WRONLY));
    if (::ftruncate(fd.get(), size) != 0) return errno_error("truncate", path, errno);
    if (::fsync(fd.get()) != 0) return errno_error("fsync", path, errno);
    return {};
  }
  Status rename(const fs::path& from, const fs::path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return errno_error("rename", from, errno);
    return {};
  }
  Status remove(const fs::path& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return errno_error("remove", path, errno);
    return {};
  }
  Status sync_directory(const fs::path& path) override { return oc::sync_directory(path); }

  Result<std::vector<std::string>> list(const fs::path& directory) override {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error))
      names.push_back(it->path().filename().string());
    if (error) return errno_error("list", directory, error.value());
    return names;
  }
  Result<DiskSpace> space(const fs::path& path) override {
    struct statvfs info{};
    if (::statvfs(path.c_str(), &info) != 0) return errno_error("statvfs", path, errno);
    return DiskSpace{info.f_blocks * info.f_frsize, info.f_bavail * info.f_frsize};
  }
};

}  // namespace

FileSystem& posix_file_system() {
  static PosixFileSystem files;
  return files;
}

Status replace_file(FileSystem& files, const fs::path& path, std::string_view content) {
  const fs::path temporary = path.string() + ".tmp";
  {
    OC_TRY_ASSIGN(auto file, files.create(temporary));
    OC_TRY(file->append(std::span(&content, 1)));
    OC_TRY(file->sync());
  }
  OC_TRY(files.rename(temporary, path));
  return files.sync_directory(path.parent_path());
}

}  // namespace oc::stores
