// A file that messages are written to, whole or not at all; rotated where the config says so. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/files.h"
#include "collector/exporters/file/config.h"

namespace oc::collector {

class OutputFile {
 public:
  // Creates it; what is there stays if it is appended to or rotated, as in the official exporter.
  static Result<OutputFile> open(std::string path, const FileExporterConfig& config, bool append, const Clock& clock);

  // An error leaves the file as it was.
  Status write(std::string_view message);

 private:
  OutputFile(std::string path, const FileExporterConfig& config, const Clock& clock)
      : path_(std::move(path)), rotation_(config.rotation), clock_(&clock) {}
  Status rotate();
  void drop_old_backups() const;
  std::string backup_name() const;

  std::string path_;
  std::optional<FileRotation> rotation_;
  const Clock* clock_;
  UniqueFd fd_;
  std::uint64_t size_ = 0;
};

// As bytes of a message on disk: `message` with a line end, or behind its length.
std::string framed(std::string message, bool as_line);

}  // namespace oc::collector
