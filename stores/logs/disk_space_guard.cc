#include "stores/logs/disk_space_guard.h"

#include <fmt/format.h>

namespace oc::stores {

namespace {

constexpr std::uint64_t kMinFreePercent = 5;

Status judge(const Result<DiskSpace>& space, const std::filesystem::path& directory) {
  if (!space || space->free_bytes * 100 >= space->total_bytes * kMinFreePercent) return {};
  return retryable(fmt::format("the disk of {} is nearly full: {} MiB free of {} MiB, ingestion stops below {} %",
                               directory.string(), space->free_bytes >> 20, space->total_bytes >> 20, kMinFreePercent),
                   "free disk space or lower retention; it goes on by itself");
}

}  // namespace

Status DiskSpaceGuard::check() {
  std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  if (now >= next_check_) {
    verdict_ = judge(files_.space(directory_), directory_);
    next_check_ = now + std::chrono::seconds(1);
  }
  return verdict_;
}

}  // namespace oc::stores
