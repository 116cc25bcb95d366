#include "collector/receivers/file_log/open_files.h"

#include <algorithm>

#include <sys/resource.h>

#include "base/log.h"

namespace oc::collector {

namespace {

// Descriptors kept open for files that nothing was read from lately.
constexpr std::size_t kMaxIdleFiles = 512;
// A file that came or grew since may be deleted with more in it than was read: it keeps its descriptor ...
constexpr std::chrono::seconds kStillWritten{10};
// ... as long as there are not more than this, a fifth of what hosts commonly allow, and the process has these left for
// its connections and the files that have no name.
constexpr std::size_t kMaxOpenFiles = 4096;
constexpr std::size_t kOtherDescriptors = 256;

std::size_t most_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kMaxIdleFiles;
  const auto allowed = static_cast<std::size_t>(limit.rlim_cur);
  return std::min(kMaxOpenFiles, std::max(allowed - std::min(allowed, kOtherDescriptors), allowed / 2));
}

}  // namespace

OpenFiles::OpenFiles(MetricRegistry& metrics)
    : closed_early_(metrics.counter("onecollector_files_closed_early_total",
                                    "Files closed while they were written, because of the limit of open files")),
      most_open_(most_open_files()),
      idle_limit_(std::min(kMaxIdleFiles, most_open_)),
      close_above_(idle_limit_) {}

// It is in use, so it is not among those that are looked at.
void OpenFiles::opened(const std::shared_ptr<TailedFile>& file) {
  if (files_.size() >= close_above_) close_idle();
  files_.push_back(file);
}

// A file that may not be found again keeps its descriptor.
void OpenFiles::close_idle() {
  const auto written_since = std::chrono::steady_clock::now() - kStillWritten;
  // Many at once: each time all of them are looked at.
  const std::size_t room_for_written = files_.size() < most_open_ ? most_open_ : most_open_ / 4 * 3;
  std::size_t early = 0;
  for (auto left = files_.size(); left > 0 && files_.size() > idle_limit_ / 2; --left) {
    auto entry = std::move(files_.front());
    files_.pop_front();
    const auto file = entry.lock();
    if (!file || !file->fd) continue;
    const bool written = file->last_written > written_since;
    if (file->unnamed || file->catching_up || (written && files_.size() < room_for_written)) {
      files_.push_back(std::move(entry));
      continue;
    }
    early += written ? 1 : 0;
    file->close();
  }
  // Looked through again only when many were opened since: else each that is opened costs a look at all.
  close_above_ = std::max(idle_limit_, files_.size() + files_.size() / 4);
  if (files_.size() < most_open_) close_above_ = std::min(close_above_, most_open_);
  if (early > 0) tell_of_closed(early);
}

void OpenFiles::tell_of_closed(std::size_t files) {
  closed_early_->add(files);
  std::uint64_t others = 0;
  if (log_limit_.allow(std::chrono::steady_clock::now(), others))
    log::warn(
        "file_log: {} files are written at once, so {} of them were closed (and others {} times before); what is "
        "written right before one of these is deleted is lost; raise the limit of open files (ulimit -n) up to {}",
        files_.size() + files, files, others, kMaxOpenFiles + kOtherDescriptors);
}

}  // namespace oc::collector
