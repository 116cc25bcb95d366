#include "collector/exporters/file/output_file.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

namespace oc::collector {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMegabyte = 1 << 20;
constexpr Nanos kNanosPerSecond = 1'000'000'000, kNanosPerDay = 86'400 * kNanosPerSecond;

}  // namespace

Result<OutputFile> OutputFile::open(std::string path, const FileExporterConfig& config, bool append,
                                    const Clock& clock) {
  OutputFile file(std::move(path), config, clock);
  const bool keeps = append || config.rotation;
  OC_TRY_ASSIGN(file.fd_, open_file(file.path_, O_WRONLY | O_CREAT | O_APPEND | (keeps ? 0 : O_TRUNC), 0644));
  struct stat status{};
  if (::fstat(file.fd_.get(), &status) != 0) return errno_error("fstat", file.path_, errno);
  file.size_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

Status OutputFile::write(std::string_view message) {
  if (rotation_ && size_ > 0 &&
      size_ + message.size() > static_cast<std::uint64_t>(rotation_->max_megabytes) * kMegabyte)
    OC_TRY(rotate());
  auto written = write_all(fd_.get(), message, path_);
  if (written) {
    size_ += message.size();
  } else if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) {
    return errno_error("ftruncate", path_, errno);
  }
  return written;
}

// "out.json" → "out-2026-01-31T08-30-00.123.json", the official exporter's names.
std::string OutputFile::backup_name() const {
  const fs::path path(path_);
  const auto now = clock_->wall_ns();
  const auto seconds = static_cast<std::time_t>(now / kNanosPerSecond);
  std::tm parts{};
  rotation_->localtime ? ::localtime_r(&seconds, &parts) : ::gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H-%M-%S", &parts);
  return path.parent_path() / fmt::format("{}-{}.{:03}{}", path.stem().string(), text,
                                          now % kNanosPerSecond / 1'000'000, path.extension().string());
}

Status OutputFile::rotate() {
  // Two within a millisecond would be one name: the later waits for its own by going on in the file.
  const auto backup = backup_name();
  std::error_code ignored;
  if (fs::exists(backup, ignored)) return {};
  if (std::rename(path_.c_str(), backup.c_str()) != 0) return errno_error("rename", path_, errno);
  OC_TRY_ASSIGN(fd_, open_file(path_, O_WRONLY | O_CREAT | O_APPEND, 0644));
  size_ = 0;
  drop_old_backups();
  return {};
}

void OutputFile::drop_old_backups() const {
  const fs::path path(path_);
  const auto front = path.stem().string() + "-", end = path.extension().string();
  constexpr std::size_t kTimeLength = std::string_view("2026-01-31T08-30-00.123").size();
  std::vector<std::string> backups;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path.has_parent_path() ? path.parent_path() : ".", error)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with(front) && name.ends_with(end) && name.size() == front.size() + kTimeLength + end.size())
      backups.push_back(entry.path().string());
  }
  std::ranges::sort(backups, std::greater());  // the newest first: the time sorts as text
  for (std::size_t i = 0; i < backups.size(); ++i) {
    struct stat status{};
    const bool too_many = rotation_->max_backups > 0 && i >= static_cast<std::size_t>(rotation_->max_backups);
    const bool too_old =
        rotation_->max_days > 0 && ::stat(backups[i].c_str(), &status) == 0 &&
        clock_->wall_ns() - status.st_mtim.tv_sec * kNanosPerSecond > rotation_->max_days * kNanosPerDay;
    if ((too_many || too_old) && ::unlink(backups[i].c_str()) != 0)
      log::warn("{}", errno_error("unlink", backups[i], errno).error().text());
  }
}

std::string framed(std::string message, bool as_line) {
  if (as_line) return std::move(message) + "\n";
  const auto size = static_cast<std::uint32_t>(message.size());
  std::string out;
  out.reserve(sizeof size + message.size());
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFF);
  return out + message;
}

}  // namespace oc::collector
