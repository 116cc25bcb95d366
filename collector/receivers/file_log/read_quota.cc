#include "collector/receivers/file_log/read_quota.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "contracts/metric_names/metric_names.h"

namespace oc::collector {

namespace names = contracts::metric_names;

ReadQuota::ReadQuota(MetricRegistry& metrics, std::string source_id, std::uint64_t bytes_per_second)
    : metrics_(metrics), source_id_(std::move(source_id)), bytes_per_second_(bytes_per_second) {
  waits_ = metrics.counter(std::string(names::kSourceQuotaWaits),
                           "Times reading a source waited because it was over its quota", labels());
  over_ = metrics.gauge(std::string(names::kSourceOverQuota), "1 while a source is over its quota and read later",
                        labels());
}

ReadQuota::~ReadQuota() {
  for (const auto metric : {names::kSourceQuotaWaits, names::kSourceOverQuota})
    metrics_.remove(std::string(metric), labels());
}

std::optional<ReadQuota::Time> ReadQuota::wait_until(Time now) {
  if (now >= paid_until_) {
    over_->set(0);
    return std::nullopt;
  }
  note_wait(now);
  return paid_until_;
}

void ReadQuota::note_wait(Time now) {
  waits_->add();
  over_->set(1);
  if (std::uint64_t unsaid = 0; log_limit_.allow(now, unsaid))
    log::warn("source {} is over its quota of {} bytes a second: the rest of it is read later", source_id_,
              bytes_per_second_);
}

void ReadQuota::took(std::uint64_t bytes, Time now) {
  const auto worth = std::chrono::duration<double>(static_cast<double>(bytes) / static_cast<double>(bytes_per_second_));
  paid_until_ = std::max(paid_until_, now - kBurst) + std::chrono::ceil<Time::duration>(worth);
}

}  // namespace oc::collector
