// Stops ingestion before the disk is full, so that the machine's other programs can still write (DESIGN section 7).
#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>

#include "base/clock.h"
#include "base/result.h"
#include "stores/logs/file_system.h"

namespace oc::stores {

// Thread-safe; asks the file system at most once a second.
class DiskSpaceGuard {
 public:
  DiskSpaceGuard(FileSystem& files, std::filesystem::path directory, const Clock& clock)
      : files_(files), directory_(std::move(directory)), clock_(clock) {}
  // A retryable error while less than 5 % are free. An unknown amount counts as enough.
  Status check();

 private:
  FileSystem& files_;
  std::filesystem::path directory_;
  const Clock& clock_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_check_{};
  Status verdict_;
};

}  // namespace oc::stores
