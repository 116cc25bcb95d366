// Which files keep their descriptors: those that may not be found again, and those that are being written; of the
// others the ones that were opened last. Used from the read loop's thread only.
#pragma once

#include <deque>
#include <memory>

#include "base/metrics.h"
#include "collector/pipeline/log_rate_limit.h"
#include "collector/receivers/file_log/tailed_file.h"

namespace oc::collector {

class OpenFiles {
 public:
  explicit OpenFiles(MetricRegistry& metrics);

  // It has a descriptor now; others may lose theirs.
  void opened(const std::shared_ptr<TailedFile>& file);
  void close_idle();

 private:
  void tell_of_closed(std::size_t files);

  const std::shared_ptr<Counter> closed_early_;
  const std::size_t most_open_, idle_limit_;
  std::size_t close_above_;  // open files
  LogRateLimit log_limit_;
  std::deque<std::weak_ptr<TailedFile>> files_;  // oldest first
};

}  // namespace oc::collector
