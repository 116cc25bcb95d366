// The way of pushed data into the pipelines: who pushed is answered when it is safe, as far as the pipelines promise
// that. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "collector/pipeline/component.h"
#include "collector/pipeline/log_rate_limit.h"

namespace oc::collector {

class PushedData final : public std::enable_shared_from_this<PushedData> {
 public:
  // A client gives up after 10 s as a rule: it is told before to come again.
  static constexpr std::chrono::seconds kMaxWait{8};

  PushedData(MetricRegistry& metrics, std::string receiver);

  void set_consumer(std::shared_ptr<LogConsumer> consumer);
  // An error is to be tried again by who pushed. Waits until the batches are settled where the consumer says so.
  Status take(std::vector<std::shared_ptr<LogBatch>> batches, const std::stop_token& cancelled);

 private:
  class Delivery;
  void take_back(LogBatchPtr batch);

  const std::string receiver_;
  const std::shared_ptr<Counter> accepted_, refused_;
  std::shared_mutex mutex_;  // consumers change while nobody is inside of them
  std::shared_ptr<LogConsumer> consumer_;
  LogRateLimit log_limit_;
};

// One for each receiver's id: a receiver that a reload puts in the place of another goes on with its data under way.
class PushedDataList {
 public:
  std::shared_ptr<PushedData> of(const std::string& receiver, MetricRegistry& metrics) {
    auto& slot = list_[receiver];
    auto data = slot.lock();
    if (!data) slot = data = std::make_shared<PushedData>(metrics, receiver);
    return data;
  }

 private:
  std::map<std::string, std::weak_ptr<PushedData>> list_;
};

}  // namespace oc::collector
